import {
  type ReverseAttrs,
  type SliceAttrs,
  type StridedSliceAttrs,
  slice_util,
  util,
} from "@tensorflow/tfjs-core";
import type { GraphBuilder } from "../graph/builder.js";
import { range } from "../graph/shapes.js";
import type { Value } from "../graph/types.js";
import { defineKernel, type KernelSpec, single } from "./kernel.js";
import { rememberMoved } from "./moved-pixels.js";

/** x[begin : end : strides], naming only the axes that it changes. */
function box(
  graph: GraphBuilder,
  x: Value,
  begin: readonly number[],
  end: readonly number[],
  strides: readonly number[],
): Value {
  const axes = range(x.shape.length).filter(
    (axis) => begin[axis] !== 0 || end[axis] !== x.shape[axis] || strides[axis] !== 1,
  );
  const [only, ...more] = axes;
  if (only !== undefined && more.length === 0 && strides[only] === 1) {
    const part = graph.images.slice(x, only, begin[only] as number, end[only] as number);
    if (part) return part;
  }
  const pick = (values: readonly number[]): number[] => axes.map((axis) => values[axis] as number);
  const part = graph.slice(x, axes, pick(begin), pick(end), pick(strides));
  if (!axes.every((axis) => axis === 1 || axis === 2) || x.shape.length !== 4) return part;
  const taken = (axis: number): number[] =>
    range(part.shape[axis] as number).map(
      (index) => (begin[axis] as number) + index * (strides[axis] as number),
    );
  return rememberMoved(x, part, taken(1), taken(2));
}

const slice = defineKernel({
  name: "Slice",
  inputs: ["x"],
  infer({ x }, attributes: SliceAttrs) {
    const [begin, size] = slice_util.parseSliceParams(x as never, attributes.begin, attributes.size) as [
      number[],
      number[],
    ];
    slice_util.assertParamsValid(x as never, begin, size);
    if (begin.some((start) => start < 0)) return undefined;
    return single(
      { shape: size, dtype: x.dtype },
      { begin, end: begin.map((start, axis) => start + (size[axis] as number)) },
    );
  },
  lower: (graph, { x }, { begin, end }) =>
    box(
      graph,
      x,
      begin,
      end,
      begin.map(() => 1),
    ),
});

const stridedSlice = defineKernel({
  name: "StridedSlice",
  inputs: ["x"],
  infer({ x }, attributes: StridedSliceAttrs) {
    const info = slice_util.sliceInfo(
      x.shape as number[],
      attributes.begin,
      attributes.end,
      attributes.strides,
      attributes.beginMask,
      attributes.endMask,
      attributes.ellipsisMask,
      attributes.newAxisMask,
      attributes.shrinkAxisMask,
    );
    const { begin, end, strides } = info;
    return single(
      { shape: info.finalShape, dtype: x.dtype },
      { shape: info.finalShape, box: info.isIdentity ? null : { begin, end, strides } },
    );
  },
  lower(graph, { x }, { shape, box: part }) {
    const sliced = part ? box(graph, x, part.begin, part.end, part.strides) : x;
    return graph.reshape(sliced, shape);
  },
});

const reverse = defineKernel({
  name: "Reverse",
  inputs: ["x"],
  infer: ({ x }, { dims }: ReverseAttrs) =>
    single(x, { axes: util.parseAxisParam(dims, x.shape as number[]) }),
  lower(graph, { x }, { axes }) {
    // Reversing an axis of one element does nothing.
    const turned = axes.filter((axis) => x.shape[axis] !== 1);
    const result = graph.slice(
      x,
      turned,
      turned.map((axis) => (x.shape[axis] as number) - 1),
      turned.map(() => -1),
      turned.map(() => -1),
    );
    if (!turned.every((axis) => axis === 1 || axis === 2) || x.shape.length !== 4) return result;
    const taken = (axis: number): number[] => {
      const positions = range(x.shape[axis] as number);
      return (turned as readonly number[]).includes(axis) ? positions.reverse() : positions;
    };
    return rememberMoved(x, result, taken(1), taken(2));
  },
});

/** Parts of a tensor by position. */
export const sliceKernels: readonly KernelSpec[] = [slice, stridedSlice, reverse];
