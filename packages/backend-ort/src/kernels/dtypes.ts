import type { TensorSpec } from "../graph/types.js";

/** Whether every tensor that is there is float32. */
export function allFloat(...tensors: readonly (TensorSpec | undefined)[]): boolean {
  return tensors.every((tensor) => tensor === undefined || tensor.dtype === "float32");
}
