import type { FeatureExtractor } from "@gan/core";
import {
  add,
  div,
  mean,
  mul,
  square,
  squaredDifference,
  sum,
  type Tensor1D,
  type Tensor2D,
  type Tensor4D,
} from "@tensorflow/tfjs-core";

/** How alike two pictures are, as a tensor with a gradient. */
export interface PictureDistance {
  /** Names what is compared: `efficientnet-lite0`, or `pixels` alone. */
  readonly name: string;
  /** What is compared besides pixels: [B, features]; absent where it is pixels alone. */
  embed?(images: Tensor4D): Tensor2D;
  /**
   * `‖f(x) - f(t)‖² / ‖f(t)‖² + weight · mean (x - t)²` for each picture: [B].
   *
   * @param features Those of the targets, where there is an {@link embed}.
   */
  compare(images: Tensor4D, targets: Tensor4D, features: Tensor2D | undefined): Tensor1D;
}

/**
 * The distance that projection makes small.
 *
 * @param extractor Whose features count; one with `embed`. Default: pixels alone, `mean (x - t)²`.
 * @param pixelWeight Of the pixels beside features.
 */
export function createPictureDistance(
  extractor: FeatureExtractor | undefined,
  pixelWeight: number,
): PictureDistance {
  const embed = extractor?.embed?.bind(extractor);
  const comparePixels = (images: Tensor4D, targets: Tensor4D): Tensor1D =>
    mean(squaredDifference(images, targets), [1, 2, 3]);
  if (embed === undefined || extractor === undefined) {
    return { name: "pixels", compare: comparePixels };
  }
  return {
    name: extractor.name,
    embed,
    compare(images, targets, features) {
      const wanted = features as Tensor2D;
      const error = sum<Tensor1D>(squaredDifference(embed(images), wanted), 1);
      const relative = div<Tensor1D>(error, add(sum(square(wanted), 1), 1e-8));
      return add(relative, mul(comparePixels(images, targets), pixelWeight));
    },
  };
}
