import { reachableNodes } from "../onnx/write-model.js";
import { Executable } from "../runtime/executable.js";
import { type HostArray, newArray, ortTensor } from "../runtime/ort.js";
import type { GraphBuilder } from "./builder.js";
import type { DType, Value } from "./types.js";

/** The operators that these values need, in the order in which they were written. */
export const operators = (...values: Value[]): string[] => reachableNodes(values).map(({ opType }) => opType);

/** Runs the graph on values for its inputs, in order, and gives `outputs`' values. */
export function runGraph(
  graph: GraphBuilder,
  inputs: readonly (readonly number[])[],
  outputs: readonly Value[],
): number[][] {
  const executable = new Executable("test", graph.inputs, outputs);
  const given = graph.inputs.map(({ dtype, shape }, index) => {
    const array = newArray(dtype as DType, inputs[index]?.length ?? 0);
    array.set(inputs[index] ?? []);
    return ortTensor(dtype as DType, array, shape);
  });
  const buffers = outputs.map(({ dtype, shape }) =>
    ortTensor(
      dtype as DType,
      newArray(
        dtype as DType,
        shape.reduce((size, length) => size * length, 1),
      ),
      shape,
    ),
  );
  try {
    executable.run(given, buffers);
  } finally {
    executable.dispose();
  }
  return buffers.map(({ data }) => Array.from(data as HostArray));
}
