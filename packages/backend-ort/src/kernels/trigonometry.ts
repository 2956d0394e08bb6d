import type { GraphBuilder } from "../graph/builder.js";
import type { Value } from "../graph/types.js";
import { binaryKernel, directKernel, infinityMask, unaryKernel } from "./elementwise.js";
import type { KernelSpec } from "./kernel.js";

/** Whether x has its sign bit set, −0 included; false for NaN. */
function isNegative(graph: GraphBuilder, x: Value): Value {
  const zero = graph.scalar(0);
  const below = graph.compare("Less", x, zero);
  return graph.compare("Or", below, graph.compare("Less", graph.unary("Reciprocal", x), zero));
}

/**
 * The angle of the point (b, a): the angle of (|b|, |a|) from a quotient, then mirrored into the quadrant.
 * Two infinities count as a diagonal, two zeros as the axis.
 */
function atan2(graph: GraphBuilder, a: Value, b: Value): Value {
  const [zero, one] = [graph.scalar(0), graph.scalar(1)];
  const rise = graph.unary("Abs", a);
  const run = graph.unary("Abs", b);
  const diagonal = graph.compare("And", infinityMask(graph, a), infinityMask(graph, b));
  const origin = graph.compare("And", graph.compare("Equal", a, zero), graph.compare("Equal", b, zero));
  const slope = graph.where(diagonal, one, graph.where(origin, zero, graph.div(rise, run)));
  const angle = graph.unary("Atan", slope);
  const mirrored = graph.where(isNegative(graph, b), graph.sub(graph.scalar(Math.PI), angle), angle);
  return graph.where(isNegative(graph, a), graph.neg(mirrored), mirrored);
}

/**
 * sin x / cos x in double precision, as tfjs has it: beside a pole, a float32 rounding of either would show in
 * many digits. ONNX Runtime has no double cosine: cos x = 1 − 2 · sin²(x / 2).
 */
function tan(graph: GraphBuilder, x: Value): Value {
  const wide = graph.cast(x, "float64");
  const sine = graph.unary("Sin", wide);
  const half = graph.unary("Sin", graph.mul(wide, graph.scalar(0.5, "float64")));
  const versine = graph.mul(graph.mul(half, half), graph.scalar(2, "float64"));
  return graph.cast(graph.div(sine, graph.sub(graph.scalar(1, "float64"), versine)), "float32");
}

/** Trigonometric and hyperbolic functions; ONNX has them all but the angle of a point. */
export const trigonometryKernels: readonly KernelSpec[] = [
  ...["Sin", "Cos", "Asin", "Acos", "Atan"].map((name) => directKernel(name)),
  unaryKernel("Tan", tan),
  ...["Sinh", "Cosh", "Tanh", "Asinh", "Acosh", "Atanh"].map((name) => directKernel(name)),
  binaryKernel("Atan2", atan2),
];
