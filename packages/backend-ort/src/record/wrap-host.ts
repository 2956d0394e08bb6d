import type { DType, Shape } from "../graph/types.js";
import { type HostArray, type OrtTensor, ortTensor } from "../runtime/ort.js";
import type { HostValues } from "./host-tensor.js";

/** Wraps plain host memory, converting arrays of another kind as some cpu kernels leave them. */
export function wrapHost(dtype: DType, values: HostValues, shape: Shape): OrtTensor {
  const wanted = dtype === "float32" ? Float32Array : dtype === "int32" ? Int32Array : Uint8Array;
  const array = values instanceof wanted ? values : wanted.from(values as ArrayLike<number>);
  return ortTensor(dtype, array as HostArray, shape);
}
