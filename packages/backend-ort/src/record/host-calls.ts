import { getKernel, type KernelFunc, type TensorInfo } from "@tensorflow/tfjs-core";
import type { KernelInputs, KernelOutput, OrtBackend } from "../backend.js";
import { BackendOrtError } from "../errors.js";
import { sizeOf } from "../graph/shapes.js";
import type { DType, Shape, TensorSpec } from "../graph/types.js";
import { newArray } from "../runtime/ort.js";

const COMPILABLE = new Set<string>(["float32", "int32", "bool"]);

/** Whether tensors of that dtype and shape can stand in a graph. */
export function isCompilable(info: { dtype: string; shape: Shape }): boolean {
  return COMPILABLE.has(info.dtype) && !info.shape.includes(0);
}

/**
 * tfjs-backend-cpu's implementation of a kernel.
 *
 * @throws BackendOrtError when it has none
 */
export function hostKernel(kernel: string): KernelFunc {
  const found = getKernel(kernel, "cpu");
  if (!found) {
    throw new BackendOrtError(
      kernel,
      "tfjs-backend-cpu has no such kernel. Import @tensorflow/tfjs-backend-cpu 4.22.",
    );
  }
  return found.kernelFunc;
}

/** Runs a kernel as tfjs-backend-cpu has it, on the backend's memory; inside a trace it is recorded instead. */
export function runOnHost(
  backend: OrtBackend,
  kernel: string,
  inputs: KernelInputs,
  attrs: object,
): KernelOutput {
  // Some kernels have lists of tensors among their named inputs.
  const infos = Object.values(inputs).flat() as (TensorInfo | undefined | null)[];
  const run = hostKernel(kernel);
  if (!infos.some((info) => info && backend.tensor(info.dataId).traced)) {
    return run({ inputs: inputs as never, attrs: attrs as never, backend });
  }
  if (Object.values(inputs).some(Array.isArray)) {
    throw new BackendOrtError(
      kernel,
      "takes lists of tensors, which cannot be traced. Keep it outside of the compiled function.",
    );
  }
  return recordHostCall(backend, kernel, run, inputs, attrs);
}

/**
 * Inside a trace a fallback kernel's inputs have no values: it is recorded, and replayed between two graphs.
 * Running it once on zeros tells the shapes of its results.
 */
function recordHostCall(
  backend: OrtBackend,
  kernel: string,
  run: KernelFunc,
  inputs: KernelInputs,
  attrs: object,
): KernelOutput {
  const stand = Object.entries(inputs).map(([name, info]): [string, TensorInfo | undefined | null] => {
    if (!info || !backend.tensor(info.dataId).traced) return [name, info];
    return [
      name,
      backend.makeTensorInfo(info.shape, info.dtype, newArray(info.dtype as DType, sizeOf(info.shape))),
    ];
  });
  const standIns = Array.isArray(inputs) ? stand.map(([, info]) => info) : Object.fromEntries(stand);
  let results: KernelOutput;
  try {
    results = run({ inputs: standIns as never, attrs: attrs as never, backend });
  } finally {
    for (const [index, info] of Object.values(inputs).entries()) {
      const standIn = stand[index]?.[1];
      if (standIn && standIn !== info) backend.disposeData(standIn.dataId);
    }
  }
  const list = Array.isArray(results) ? results : [results];
  const specs = list.map((info): TensorSpec => ({ shape: info.shape, dtype: info.dtype as DType }));
  for (const info of list) backend.disposeData(info.dataId);
  if (!list.every(isCompilable)) {
    throw new BackendOrtError(
      kernel,
      `gives ${list.map((info) => `${info.dtype}[${info.shape}]`)}, which cannot be traced. Keep it outside of the compiled function.`,
    );
  }
  const outputs = backend.addNode(
    kernel,
    undefined,
    Object.values(inputs),
    { attrs, names: Object.keys(inputs), array: Array.isArray(inputs) },
    null,
    specs,
  );
  return Array.isArray(results) ? outputs : (outputs[0] as TensorInfo);
}
