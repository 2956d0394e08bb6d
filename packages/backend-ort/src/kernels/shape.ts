import {
  type ExpandDimsAttrs,
  type FillAttrs,
  type TileAttrs,
  type TransposeAttrs,
  util,
} from "@tensorflow/tfjs-core";
import { permuteShape } from "../graph/shapes.js";
import type { DType, TensorSpec } from "../graph/types.js";
import { defineKernel, type KernelSpec, single } from "./kernel.js";
import { fromJson, toJson } from "./numbers.js";

const transpose = defineKernel({
  name: "Transpose",
  inputs: ["x"],
  infer: ({ x }, { perm }: TransposeAttrs) =>
    single({ shape: permuteShape(x.shape, perm), dtype: x.dtype }, { perm }),
  lower: (graph, { x }, { perm }) => graph.transpose(x, perm),
});

/** Repeats along axes; an axis of one element is broadcast instead. */
const tile = defineKernel({
  name: "Tile",
  inputs: ["x"],
  infer({ x }, { reps }: TileAttrs) {
    if (reps.length !== x.shape.length) return undefined;
    return single(
      { shape: x.shape.map((size, axis) => size * (reps[axis] as number)), dtype: x.dtype },
      { reps },
    );
  },
  lower(graph, { x }, { reps }, [output]) {
    const broadcasts = x.shape.every((size, axis) => size === 1 || reps[axis] === 1);
    return broadcasts ? graph.expand(x, (output as TensorSpec).shape) : graph.tile(x, reps);
  },
});

const expandDims = defineKernel({
  name: "ExpandDims",
  inputs: ["input"],
  infer({ input }, { dim }: ExpandDimsAttrs) {
    const rank = input.shape.length;
    const axis = dim < 0 ? dim + rank + 1 : dim;
    if (axis < 0 || axis > rank) return undefined;
    return single(
      { shape: [...input.shape.slice(0, axis), 1, ...input.shape.slice(axis)], dtype: input.dtype },
      { axis },
    );
  },
  lower: (graph, { input }, _params, [output]) => graph.reshape(input, (output as TensorSpec).shape),
});

/** A fill value in the dtype's own range, undefined when the dtype cannot hold it. */
function fillValue(value: unknown, dtype: string): number | undefined {
  if (typeof value !== "number" && typeof value !== "boolean") return undefined;
  const plain = Number(value);
  if (dtype === "float32") return plain;
  if (dtype === "int32") return plain | 0;
  return dtype === "bool" && (plain === 0 || plain === 1) ? plain : undefined;
}

const fill = defineKernel({
  name: "Fill",
  infer(_inputs, { shape, value, dtype }: FillAttrs) {
    const type = (dtype ?? util.inferDtype(value)) as DType;
    const held = fillValue(value, type);
    return held === undefined
      ? undefined
      : single({ shape, dtype: type }, { value: toJson(held), shape, dtype: type });
  },
  lower: (graph, _inputs, { value, shape, dtype }) => graph.fill(dtype, shape, fromJson(value)),
});

const filledLike = (name: string, value: number): KernelSpec =>
  defineKernel({
    name,
    inputs: ["x"],
    infer: ({ x }) => single(x, null),
    lower: (graph, { x }) => graph.fill(x.dtype, x.shape, value),
  });

/** x on the diagonal of a matrix (its shape taken twice), zeros elsewhere. */
const diag = defineKernel({
  name: "Diag",
  inputs: ["x"],
  infer: ({ x }) => single({ shape: [...x.shape, ...x.shape], dtype: x.dtype }, null),
  lower(graph, { x }, _params, [output]) {
    const size = util.sizeFromShape(x.shape as number[]);
    const onDiagonal = new Uint8Array(size * size);
    for (let index = 0; index < size; index++) onDiagonal[index * (size + 1)] = 1;
    const diagonal = graph.constant("bool", [size, size], onDiagonal);
    const column = graph.reshape(x, [size, 1]);
    const matrix =
      x.dtype === "bool"
        ? graph.compare("And", diagonal, column)
        : graph.where(diagonal, column, graph.scalar(0, x.dtype));
    return graph.reshape(matrix, (output as TensorSpec).shape);
  },
});

/** Changes of shape, repetition and filled tensors. */
export const shapeKernels: readonly KernelSpec[] = [
  transpose,
  tile,
  expandDims,
  fill,
  filledLike("ZerosLike", 0),
  filledLike("OnesLike", 1),
  diag,
];
