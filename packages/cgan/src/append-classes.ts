import { concat, reshape, type Tensor, type Tensor2D, type Tensor4D, tile } from "@tensorflow/tfjs-core";

/** A weight for each class as maps that are constant over a picture: [B, K] → [B, H, W, K]. */
export function spreadClasses(classes: Tensor, height: number, width: number): Tensor4D {
  return tile(reshape(classes, [-1, 1, 1, classes.shape[1] as number]), [1, height, width, 1]);
}

/**
 * Appends the class to every example, or to every pixel of it: [B, C] → [B, C + K], and
 * [B, H, W, C] → [B, H, W, C + K] with the class's weights as K constant maps. Mirza and Osindero 2014.
 *
 * @param classes A weight for each class: [B, K], float32.
 */
export function appendClasses<T extends Tensor>(x: T, classes: Tensor2D): T {
  if (x.rank === 2) return concat([x, classes as Tensor as T], 1);
  const [height, width] = x.shape.slice(1, 3) as [number, number];
  return concat([x, spreadClasses(classes, height, width) as Tensor as T], 3);
}
