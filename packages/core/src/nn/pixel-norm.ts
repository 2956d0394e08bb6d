import { add, mean, mul, rsqrt, square, type Tensor } from "@tensorflow/tfjs-core";

/**
 * Divides each pixel's features by their root mean square: `y = x / √(mean_c x² + ε)`. Also normalises
 * latents. Karras et al. 2018, eq. 1.
 *
 * @param x [..., C], float32.
 * @param epsilon Default 1e-8.
 */
export function pixelNorm<T extends Tensor>(x: T, epsilon = 1e-8): T {
  return mul(x, rsqrt(add(mean(square(x), -1, true), epsilon)));
}
