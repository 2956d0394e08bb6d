import { concat, reshape, type Tensor, type Tensor2D, tile } from "@tensorflow/tfjs-core";

/**
 * Appends the class to every example, or to every pixel of it: [B, C] → [B, C + K], and
 * [B, H, W, C] → [B, H, W, C + K] with the class's weights as K constant maps. Mirza and Osindero 2014.
 *
 * @param classes A weight for each class: [B, K], float32.
 */
export function appendClasses<T extends Tensor>(x: T, classes: Tensor2D): T {
  if (x.rank === 2) return concat([x, classes as Tensor as T], 1);
  const [height, width] = x.shape.slice(1, 3) as [number, number];
  const maps = tile(reshape(classes, [-1, 1, 1, classes.shape[1]]), [1, height, width, 1]); // [B, H, W, K]
  return concat([x, maps as Tensor as T], 3);
}
