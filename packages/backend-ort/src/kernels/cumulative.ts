import { type CumsumAttrs, type TopKAttrs, upcastType } from "@tensorflow/tfjs-core";
import type { GraphBuilder } from "../graph/builder.js";
import type { DType, TensorSpec, Value } from "../graph/types.js";
import { defineKernel, type KernelSpec, single } from "./kernel.js";

interface ScanParams {
  readonly axis: number;
  readonly exclusive: boolean;
  readonly reverse: boolean;
}

function scan(name: string, lower: (graph: GraphBuilder, x: Value, params: ScanParams) => Value): KernelSpec {
  return defineKernel({
    name,
    inputs: ["x"],
    infer({ x }, attributes: CumsumAttrs) {
      const rank = x.shape.length;
      const axis = attributes.axis < 0 ? attributes.axis + rank : attributes.axis;
      if (axis < 0 || axis >= rank) return undefined;
      const output: TensorSpec = { shape: x.shape, dtype: upcastType(x.dtype, "int32") as DType };
      return single(output, {
        axis,
        exclusive: Boolean(attributes.exclusive),
        reverse: Boolean(attributes.reverse),
      });
    },
    lower: (graph, { x }, params, [output]) =>
      lower(graph, graph.cast(x, (output as TensorSpec).dtype), params),
  });
}

function cumulativeSum(graph: GraphBuilder, x: Value, { axis, exclusive, reverse }: ScanParams): Value {
  const attributes = { exclusive: Number(exclusive), reverse: Number(reverse) };
  return graph.op("CumSum", [x, graph.scalar(axis, "int64")], attributes, { shape: x.shape, dtype: x.dtype });
}

/** x moved by `distance` along the axis, ones moving in. */
function shifted(graph: GraphBuilder, x: Value, axis: number, distance: number, reverse: boolean): Value {
  const length = x.shape[axis] as number;
  const kept = reverse
    ? graph.slice(x, [axis], [distance], [length])
    : graph.slice(x, [axis], [0], [length - distance]);
  const none = x.shape.map(() => 0);
  const room = x.shape.map((_, index) => (index === axis ? distance : 0));
  return reverse ? graph.pad(kept, none, room, 1) : graph.pad(kept, room, none, 1);
}

/** Products of runs of 2, 4, 8 … elements: ONNX has no operator for it at this opset. */
function cumulativeProduct(graph: GraphBuilder, x: Value, { axis, exclusive, reverse }: ScanParams): Value {
  const length = x.shape[axis] as number;
  if (exclusive && length === 1) return graph.fill(x.dtype, x.shape, 1);
  let product = exclusive ? shifted(graph, x, axis, 1, reverse) : x;
  for (let distance = 1; distance < length; distance *= 2) {
    product = graph.mul(product, shifted(graph, product, axis, distance, reverse));
  }
  return product;
}

/** The k largest of the last axis, in falling order, equal ones by position. */
const topK = defineKernel({
  name: "TopK",
  inputs: ["x"],
  infer({ x }, { k }: TopKAttrs) {
    const last = x.shape.length - 1;
    if (x.dtype === "bool" || last < 0 || k < 0 || k > (x.shape[last] as number)) return undefined;
    const shape = [...x.shape.slice(0, last), k];
    return {
      outputs: [
        { shape, dtype: x.dtype },
        { shape, dtype: "int32" },
      ],
      params: { k },
    };
  },
  lower(graph, { x }, { k }, outputs) {
    const { shape } = outputs[0] as TensorSpec;
    const attributes = { axis: -1, largest: 1, sorted: 1 };
    const [values, indices] = graph.ops("TopK", [x, graph.ints([k])], attributes, [
      { shape, dtype: x.dtype },
      { shape, dtype: "int64" },
    ]) as [Value, Value];
    return [values, graph.cast(indices, "int32")];
  },
});

/** Running sums and products, and the largest elements. */
export const cumulativeKernels: readonly KernelSpec[] = [
  scan("Cumsum", cumulativeSum),
  scan("Cumprod", cumulativeProduct),
  topK,
];
