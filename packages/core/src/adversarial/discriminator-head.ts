import { reshape, type Tensor2D, type Tensor4D } from "@tensorflow/tfjs-core";
import {
  Dense,
  type ForwardContext,
  MinibatchDiscrimination,
  Module,
  minibatchStandardDeviation,
} from "../nn/index.js";
import type { Random } from "../random/index.js";
import type { Stabilisers } from "./stabilisers.js";

/** Options of {@link DiscriminatorHead}. */
export interface DiscriminatorHeadOptions {
  /** Height and width of the last feature maps. */
  size: number;
  /** Their channels. */
  channels: number;
  /** Whether the last layer adds a bias. Default true. */
  bias?: boolean;
  /** What looks at the whole batch, and spectral norm. */
  stabilisers: Pick<Stabilisers, "minibatchDiscrimination" | "minibatchStandardDeviation" | "spectralNorm">;
  /** Draws the initial weights. */
  random: Random;
}

/**
 * The end of a discriminator: the last feature maps, with the minibatch features that are configured, to one
 * score through one linear layer `judge`.
 */
export class DiscriminatorHead extends Module {
  readonly #groupSize: number;
  readonly #discrimination: MinibatchDiscrimination | undefined;
  readonly #judge: Dense;

  constructor({ size, channels, bias = true, stabilisers, random }: DiscriminatorHeadOptions) {
    super();
    const {
      minibatchDiscrimination: outputs,
      minibatchStandardDeviation: groupSize,
      spectralNorm,
    } = stabilisers;
    this.#groupSize = groupSize;
    let inputs = size ** 2 * (channels + (groupSize > 0 ? 1 : 0));
    if (outputs > 0) {
      const discrimination = new MinibatchDiscrimination({ inputs, outputs, random });
      this.#discrimination = this.child("discrimination", discrimination);
      inputs += outputs;
    }
    this.#judge = this.child(
      "judge",
      new Dense({ inputs, outputs: 1, bias, random, spectralNorm: spectralNorm !== "none" }),
    );
  }

  /** [B, size, size, channels] → [B, 1]. Outside training a group is as large as divides the batch. */
  forward(features: Tensor4D, ctx: ForwardContext): Tensor2D {
    const told = this.#groupSize > 0 ? this.#tellDeviation(features, ctx) : features;
    const flat: Tensor2D = reshape(told, [features.shape[0], -1]);
    return this.#judge.forward(this.#discrimination?.forward(flat) ?? flat, ctx);
  }

  #tellDeviation(features: Tensor4D, { training }: ForwardContext): Tensor4D {
    let size = this.#groupSize;
    if (!training) while (size > 1 && features.shape[0] % Math.min(size, features.shape[0]) !== 0) size--;
    return minibatchStandardDeviation(features, size);
  }
}
