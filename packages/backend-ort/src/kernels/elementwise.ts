import { backend_util } from "@tensorflow/tfjs-core";
import type { GraphBuilder } from "../graph/builder.js";
import { sameShape } from "../graph/shapes.js";
import type { DType, Shape, TensorSpec, Value } from "../graph/types.js";
import { defineKernel, type KernelSpec, single } from "./kernel.js";

type LowerUnary = (graph: GraphBuilder, x: Value) => Value;
type LowerBinary = (graph: GraphBuilder, a: Value, b: Value) => Value;

const FLOAT: readonly DType[] = ["float32"];

/**
 * A kernel of one tensor `x` without attributes, elementwise.
 * @param dtypes the dtypes that it lowers
 * @param result the result's dtype when it is not that of x
 */
export function unaryKernel(
  name: string,
  lower: LowerUnary,
  dtypes: readonly DType[] = FLOAT,
  result?: DType,
): KernelSpec {
  return defineKernel({
    name,
    inputs: ["x"],
    infer: ({ x }) =>
      dtypes.includes(x.dtype) ? single({ shape: x.shape, dtype: result ?? x.dtype }, null) : undefined,
    lower: (graph, { x }) => lower(graph, x),
  });
}

/** A float32 kernel that is one ONNX operator of the same meaning. */
export function directKernel(name: string, dtypes: readonly DType[] = FLOAT, opType = name): KernelSpec {
  return unaryKernel(name, (graph, x) => graph.unary(opType, x), dtypes);
}

/** NumPy's broadcasting with tfjs's own error. */
export function broadcast(a: Shape, b: Shape): Shape {
  return sameShape(a, b) ? a : backend_util.assertAndGetBroadcastShape(a as number[], b as number[]);
}

/**
 * A kernel of two tensors `a` and `b` of one dtype, elementwise with broadcasting.
 * @param dtypes the dtypes that it lowers
 * @param result the result's dtype when it is not that of the operands
 */
export function binaryKernel(
  name: string,
  lower: LowerBinary,
  dtypes: readonly DType[] = FLOAT,
  result?: DType,
): KernelSpec {
  return defineKernel({
    name,
    inputs: ["a", "b"],
    infer({ a, b }) {
      if (a.dtype !== b.dtype || !dtypes.includes(a.dtype)) return undefined;
      const output: TensorSpec = { shape: broadcast(a.shape, b.shape), dtype: result ?? a.dtype };
      return single(output, null);
    },
    lower: (graph, { a, b }) => lower(graph, a, b),
  });
}

/** JavaScript's conversion of float32 to int32: towards zero, modulo 2³², NaN and infinities to 0. */
export function floatToInt32(graph: GraphBuilder, x: Value): Value {
  const { shape } = x;
  const wide = graph.cast(x, "int64");
  // Without the mask ONNX Runtime would fuse both casts into one, which saturates.
  const low = graph.op(
    "BitwiseAnd",
    [wide, graph.scalar(0xffffffff, "int64")],
    {},
    { shape, dtype: "int64" },
  );
  return graph.cast(low, "int32");
}

export const nanMask = (graph: GraphBuilder, x: Value): Value => graph.unary("IsNaN", x, {}, "bool");
export const infinityMask = (graph: GraphBuilder, x: Value): Value => graph.unary("IsInf", x, {}, "bool");

/** x limited to [low, high]; NaN stays. An infinite or absent bound is none. */
export function clip(graph: GraphBuilder, x: Value, low: number, high: number): Value {
  const bound = (value: number): Value | undefined =>
    Number.isFinite(value) ? graph.scalar(value, x.dtype) : undefined;
  const limit = (of: Value): Value =>
    graph.op("Clip", [of, bound(low), bound(high)], {}, { shape: of.shape, dtype: of.dtype });
  return x.virtual && x.dtype === "float32" ? graph.images.ofEach(x, limit) : limit(x);
}
