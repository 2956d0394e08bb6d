import type { Tensor2D, Tensor4D } from "@tensorflow/tfjs-core";

/** A network that an extractor runs, with its weights in place. */
export interface FeatureNetwork {
  /** Values in a picture's features. */
  readonly featureCount: number;
  /** Values in a picture's logits; 0 where there are none. */
  readonly classCount: number;
  /**
   * What the network says of normalised pictures; runs inside a compiled function.
   *
   * @param images [B, inputSize, inputSize, channels].
   * @returns features [B, featureCount] and, unless classCount is 0, logits [B, classCount].
   */
  forward(images: Tensor4D): { features: Tensor2D; logits?: Tensor2D };
  /** Frees the weights. */
  dispose(): void;
}
