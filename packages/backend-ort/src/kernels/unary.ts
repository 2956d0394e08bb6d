import type { DType, TensorSpec } from "../graph/types.js";
import { defineKernel, type KernelSpec, single } from "./kernel.js";

type X = { readonly x: TensorSpec };

/** A float32 kernel that is one ONNX operator of the same meaning. */
function direct(name: string, opType: string, dtypes: readonly DType[] = ["float32"]): KernelSpec {
  return defineKernel({
    name,
    inputs: ["x"],
    infer: ({ x }: X) => (dtypes.includes(x.dtype) ? single(x, {}) : undefined),
    lower: (graph, { x }) => graph.unary(opType, x),
  });
}

export const unaryKernels: readonly KernelSpec[] = [
  direct("Tanh", "Tanh"),
  direct("Exp", "Exp"),
];
