import type { Tensor4D } from "@tensorflow/tfjs-core";

/**
 * A network whose inner layers LPIPS compares, with the weights that it learned from people's
 * judgements (Zhang et al. 2018, version 0.1).
 */
export interface PerceptualNetwork {
  /** `alex` or `vgg16`, or a network whose distances are not LPIPS. */
  readonly name: string;
  /** SHA-256 of the backbone's file, and of the linear layers' file if there is one, joined by `+`. */
  readonly weightsHash: string;
  /** Weight of each channel of each compared layer, [layers][channels], none below 0. */
  readonly channelWeights: readonly Float32Array[];
  /**
   * The compared layers' activations; those of LPIPS are after their ReLU.
   *
   * @param images [count, height, width, 3], scaled already: ([-1, 1] - shift) / scale.
   * @returns [count, h, w, channels] of each layer, owned by the caller.
   */
  activations(images: Tensor4D): Tensor4D[];
  /** Frees the network's weights. */
  dispose(): void;
}

/**
 * Opens the network that LPIPS needs, `alex` or `vgg16`, or `efficientnet-lite0`, which works offline and is not
 * LPIPS: `loadPerceptualNetwork` of `@gan/core/node`.
 *
 * @throws ConfigError for an unknown name, DataError when the weights are absent or damaged.
 */
export type LoadPerceptualNetwork = (
  name: string,
  options?: { backbone?: string | undefined; linear?: string | undefined },
) => Promise<PerceptualNetwork>;
