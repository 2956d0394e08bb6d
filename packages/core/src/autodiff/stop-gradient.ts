import { customGrad, reshape, type Tensor } from "@tensorflow/tfjs-core";

/**
 * What `compute` returns, as a constant: no gradient flows through it, at any order.
 *
 * @param compute Runs once, at once. Its result belongs to the caller.
 */
export function withoutGradient<T extends Tensor>(compute: () => T): T {
  return customGrad(() => ({ value: compute(), gradFunc: () => [] }))() as T;
}

/** `x` as a constant: same values, same shape, no gradient. The caller disposes the result. */
export function stopGradient<T extends Tensor>(x: T): T {
  return withoutGradient(() => reshape(x, x.shape) as T);
}
