import {
  backend_util,
  type ConcatAttrs,
  type PackAttrs,
  type SplitVAttrs,
  type UnpackAttrs,
  util,
} from "@tensorflow/tfjs-core";
import type { GraphBuilder } from "../graph/builder.js";
import type { Shape, TensorSpec, Value } from "../graph/types.js";
import { makeChannels, rememberJoined } from "./joined-channels.js";
import { defineKernel, type KernelSpec, single } from "./kernel.js";

const oneType = (list: readonly TensorSpec[]): boolean => list.every(({ dtype }) => dtype === list[0]?.dtype);

const concat = defineKernel({
  name: "Concat",
  variadic: true,
  infer({ list }, attributes: ConcatAttrs) {
    const shapes = list.map(({ shape }) => shape as number[]);
    const [first] = list;
    if (!first || !oneType(list)) return undefined;
    const axis = util.parseAxisParam(attributes.axis, first.shape as number[])[0] as number;
    backend_util.assertParamsConsistent(shapes, axis);
    return single({ shape: backend_util.computeOutShape(shapes, axis), dtype: first.dtype }, { axis });
  },
  lower(graph, { list }, { axis }) {
    const image = graph.images.concat(list, axis);
    if (image) return image;
    const result = graph.concat(list, axis);
    if (axis === 3 && result.shape.length === 4) rememberJoined(result, list);
    return result;
  },
});

const withAxis = (shape: Shape, axis: number, length: number): number[] => [
  ...shape.slice(0, axis),
  length,
  ...shape.slice(axis),
];

const pack = defineKernel({
  name: "Pack",
  variadic: true,
  infer({ list }, attributes: PackAttrs) {
    const [first] = list;
    if (!first || !oneType(list)) return undefined;
    const rank = first.shape.length;
    const axis = attributes.axis < 0 ? attributes.axis + rank + 1 : attributes.axis;
    if (axis < 0 || axis > rank) return undefined;
    for (const { shape } of list) {
      util.assertShapesMatch(
        first.shape as number[],
        shape as number[],
        "All tensors passed to stack must have matching shapes",
      );
    }
    return single({ shape: withAxis(first.shape, axis, list.length), dtype: first.dtype }, { axis });
  },
  lower: (graph, { list }, { axis }) =>
    graph.concat(
      list.map((value) => graph.reshape(value, withAxis(value.shape, axis, 1))),
      axis,
    ),
});

/** x[first : end] of an image's channels or batch in the layout that it has, or made by itself. */
const sliceImage = (
  graph: GraphBuilder,
  x: Value,
  axis: number,
  first: number,
  end: number,
): Value | undefined =>
  graph.images.slice(x, axis, first, end) ?? (axis === 3 ? makeChannels(graph, x, first, end) : undefined);

/** Consecutive parts of x along an axis. A part that nobody reads is dead code, unlike with ONNX's Split. */
function parts(
  graph: GraphBuilder,
  x: Value,
  axis: number,
  outputs: readonly TensorSpec[],
  lengths: readonly number[],
): Value[] {
  let start = 0;
  return outputs.map(({ shape }, index) => {
    const end = start + (lengths[index] as number);
    const part = sliceImage(graph, x, axis, start, end) ?? graph.slice(x, [axis], [start], [end]);
    start = end;
    return graph.reshape(part, shape);
  });
}

const unpack = defineKernel({
  name: "Unpack",
  inputs: ["value"],
  infer({ value }, attributes: UnpackAttrs) {
    const rank = value.shape.length;
    const axis = attributes.axis < 0 ? attributes.axis + rank : attributes.axis;
    if (axis < 0 || axis >= rank) return undefined;
    const shape = value.shape.filter((_, index) => index !== axis);
    const output: TensorSpec = { shape, dtype: value.dtype };
    return { outputs: Array.from({ length: value.shape[axis] as number }, () => output), params: { axis } };
  },
  lower: (graph, { value }, { axis }, outputs) =>
    parts(
      graph,
      value,
      axis,
      outputs,
      outputs.map(() => 1),
    ),
});

const splitV = defineKernel({
  name: "SplitV",
  inputs: ["x"],
  infer({ x }, attributes: SplitVAttrs) {
    const axis = util.parseAxisParam(attributes.axis, x.shape as number[])[0] as number;
    const lengths = backend_util.prepareSplitSize(x as never, attributes.numOrSizeSplits, axis);
    const outputs = lengths.map(
      (length): TensorSpec => ({
        shape: x.shape.map((size, index) => (index === axis ? length : size)),
        dtype: x.dtype,
      }),
    );
    return { outputs, params: { axis, lengths } };
  },
  lower: (graph, { x }, { axis, lengths }, outputs) =>
    x.dtype === "float32" && !(x.shape.length === 4 && x.virtual)
      ? graph.ops("Split", [x, graph.ints(lengths)], { axis }, outputs)
      : parts(graph, x, axis, outputs, lengths),
});

/** Joining tensors and taking them apart. */
export const joinKernels: readonly KernelSpec[] = [concat, pack, unpack, splitV];
