import type { GraphBuilder } from "../graph/builder.js";
import type { DType, Value } from "../graph/types.js";
import { directKernel, infinityMask, nanMask, unaryKernel } from "./elementwise.js";
import type { KernelSpec } from "./kernel.js";

const NUMERIC: readonly DType[] = ["float32", "int32"];

/** Rounding leaves integers as they are. */
const rounding = (name: string): KernelSpec =>
  unaryKernel(name, (graph, x) => (x.dtype === "int32" ? x : graph.unary(name, x)), NUMERIC);

/** 1, 0 or −1; NaN gives 0, which ONNX's Sign does not. */
function sign(graph: GraphBuilder, x: Value): Value {
  if (x.dtype === "int32") return graph.unary("Sign", x);
  const zero = graph.scalar(0);
  const above = graph.cast(graph.compare("Greater", x, zero), "float32");
  return graph.sub(above, graph.cast(graph.compare("Less", x, zero), "float32"));
}

/** eˣ − 1 = tanh(x / 2) · (eˣ + 1), accurate near zero. */
function expm1(graph: GraphBuilder, x: Value): Value {
  const half = graph.unary("Tanh", graph.mul(x, graph.scalar(0.5)));
  return graph.mul(half, graph.add(graph.unary("Exp", x), graph.scalar(1)));
}

/** x of exp(−|x|), undefined when `value` is not that. */
function exponentOfNegativeMagnitude(value: Value): Value | undefined {
  if (value.producer?.opType !== "Exp") return undefined;
  const exponent = value.producer.inputs[0];
  if (exponent?.producer?.opType !== "Neg") return undefined;
  return exponent.producer.inputs[0]?.producer?.opType === "Abs" ? exponent : undefined;
}

/**
 * atanh(x) for −1/3 ≤ x ≤ 1/5. GPUs compute the operator from a logarithm, which is no use near zero: there it is
 * x + x³/3 + x⁵/5 + … up to x¹³.
 */
function atanhNearZero(graph: GraphBuilder, x: Value): Value {
  if (graph.images.block !== undefined) return graph.unary("Atanh", x);
  const square = graph.mul(x, x);
  let series = graph.scalar(1 / 13);
  for (const power of [11, 9, 7, 5, 3, 1])
    series = graph.add(graph.mul(series, square), graph.scalar(1 / power));
  return graph.mul(x, series);
}

/** log(1 + x): near zero by 2 · atanh(x / (2 + x)), which is accurate there. */
function log1p(graph: GraphBuilder, x: Value): Value {
  // The tail of a cross entropy on logits, log(1 + exp(−|x|)), is one operator.
  const exponent = exponentOfNegativeMagnitude(x);
  if (exponent) return graph.unary("Softplus", exponent);
  const ratio = graph.div(x, graph.add(x, graph.scalar(2)));
  const near = graph.mul(atanhNearZero(graph, ratio), graph.scalar(2));
  const far = graph.unary("Log", graph.add(x, graph.scalar(1)));
  return graph.where(graph.compare("Less", graph.unary("Abs", x), graph.scalar(0.5)), near, far);
}

/** A question about float32 values whose answer for every integer is `forIntegers`. */
function predicate(
  name: string,
  forIntegers: boolean,
  lower: (graph: GraphBuilder, x: Value) => Value,
): KernelSpec {
  return unaryKernel(
    name,
    (graph, x) =>
      x.dtype === "float32" ? lower(graph, x) : graph.fill("bool", x.shape, Number(forIntegers)),
    ["float32", "int32", "bool"],
    "bool",
  );
}

/** Arithmetic, rounding, powers and logarithms of one tensor. */
export const unaryKernels: readonly KernelSpec[] = [
  directKernel("Abs", NUMERIC),
  directKernel("Neg", NUMERIC),
  rounding("Ceil"),
  rounding("Floor"),
  // Halves go to the even neighbour in both.
  rounding("Round"),
  unaryKernel("Sign", sign, NUMERIC),
  unaryKernel("Square", (graph, x) => graph.mul(x, x), NUMERIC),
  directKernel("Sqrt"),
  unaryKernel("Rsqrt", (graph, x) => graph.unary("Reciprocal", graph.unary("Sqrt", x))),
  directKernel("Reciprocal"),
  directKernel("Exp"),
  unaryKernel("Expm1", expm1),
  directKernel("Log"),
  unaryKernel("Log1p", log1p),
  directKernel("Erf"),
  predicate("IsNan", false, nanMask),
  predicate("IsInf", false, infinityMask),
  predicate("IsFinite", true, (graph, x) =>
    graph.compare("Less", graph.unary("Abs", x), graph.scalar(Number.POSITIVE_INFINITY)),
  ),
];
