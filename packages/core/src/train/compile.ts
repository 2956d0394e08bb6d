import { type Tensor, tidy } from "@tensorflow/tfjs-core";

type Container = Tensor;
export interface CompiledFunction<A extends unknown[], R> {
  (...args: A): R;
  dispose(): void;
}
export function compile<A extends unknown[], R extends Container>(
  fn: (...args: A) => R,
  _options?: { name?: string },
): CompiledFunction<A, R> {
  return Object.assign((...args: A) => tidy(() => fn(...args)) as R, { dispose() {} });
}
