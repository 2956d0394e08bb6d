import { type CastAttrs, upcastType } from "@tensorflow/tfjs-core";
import type { GraphBuilder } from "../graph/builder.js";
import { sameShape } from "../graph/shapes.js";
import type { DType, Value } from "../graph/types.js";
import { floatToInt32 } from "./elementwise.js";
import { defineKernel, type KernelSpec, single } from "./kernel.js";
import { leakyReluGradient } from "./leaky-relu.js";

const TYPES = new Set<string>(["float32", "int32", "bool"]);

/** A cast as tfjs defines it. */
function castLikeTfjs(graph: GraphBuilder, x: Value, dtype: DType): Value {
  return x.dtype === "float32" && dtype === "int32" ? floatToInt32(graph, x) : graph.cast(x, dtype);
}

const cast = defineKernel({
  name: "Cast",
  inputs: ["x"],
  infer: ({ x }, { dtype }: CastAttrs) =>
    TYPES.has(dtype)
      ? single({ shape: x.shape, dtype: dtype as DType }, { dtype: dtype as DType })
      : undefined,
  lower: (graph, { x }, { dtype }) => castLikeTfjs(graph, x, dtype),
});

/** A filled tensor as a scalar: the condition has the full shape already. */
const small = (graph: GraphBuilder, x: Value): Value =>
  x.constant?.splat === undefined ? x : graph.scalar(x.constant.splat, x.dtype);

/** ONNX Runtime has no Where for bool. */
function selectBool(graph: GraphBuilder, condition: Value, t: Value, e: Value): Value {
  const chosen = graph.compare("And", condition, t);
  return graph.compare("Or", chosen, graph.compare("And", graph.not(condition), e));
}

const select = defineKernel({
  name: "Select",
  inputs: ["condition", "t", "e"],
  infer({ condition, t, e }) {
    if (condition.dtype !== "bool" || !sameShape(condition.shape, t.shape) || !sameShape(t.shape, e.shape)) {
      return undefined;
    }
    return single({ shape: t.shape, dtype: upcastType(t.dtype, e.dtype) as DType }, null);
  },
  lower(graph, { condition, t, e }, _params, [output]) {
    const dtype = output?.dtype as DType;
    const chosen = graph.cast(t, dtype);
    const other = graph.cast(e, dtype);
    if (chosen === other) return chosen;
    if (dtype === "bool") return selectBool(graph, condition, chosen, other);
    const gradient = leakyReluGradient(graph, condition, chosen, other);
    return gradient ?? graph.where(condition, small(graph, chosen), small(graph, other));
  },
});

/** Choosing by a condition, and changes of dtype. */
export const selectKernels: readonly KernelSpec[] = [cast, select];
