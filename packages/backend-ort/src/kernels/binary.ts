import type { GraphBuilder } from "../graph/builder.js";
import type { DType, Value } from "../graph/types.js";
import { binaryKernel, floatToInt32, infinityMask, nanMask } from "./elementwise.js";
import { defineKernel, type KernelSpec, single } from "./kernel.js";
import { addMoved } from "./moved-pixels.js";

const NUMERIC: readonly DType[] = ["float32", "int32"];

/**
 * The remainder with the sign of the divisor. Where the operands' signs differ tfjs adds the divisor to C's
 * remainder, which an infinite divisor turns into NaN.
 */
function mod(graph: GraphBuilder, a: Value, b: Value): Value {
  const zero = graph.scalar(0);
  const sameSign = graph.compare("Equal", graph.compare("Less", a, zero), graph.compare("Less", b, zero));
  const rest = graph.op("Mod", [a, b], { fmod: 1 }, { shape: sameSign.shape, dtype: "float32" });
  const moved = graph.where(graph.compare("Equal", rest, zero), rest, graph.add(rest, b));
  const finite = graph.where(infinityMask(graph, b), graph.scalar(Number.NaN), moved);
  return graph.where(sameSign, rest, finite);
}

/** JavaScript's power: unlike C's, 1 to the power of NaN and ±1 to that of an infinity are NaN. */
function pow(graph: GraphBuilder, a: Value, b: Value): Value {
  const power = graph.binary("Pow", a, b);
  const [base, exponent] = [a.constant?.splat, b.constant?.splat];
  // A known base or exponent mostly rules those cases out: the decay rates of an optimizer, to begin with.
  if (base !== undefined && Math.abs(base) !== 1) return power;
  if (exponent !== undefined && Number.isFinite(exponent)) return power;
  const unit = graph.compare("Equal", graph.unary("Abs", a), graph.scalar(1));
  const undecided = graph.compare(
    "Or",
    nanMask(graph, b),
    graph.compare("And", unit, infinityMask(graph, b)),
  );
  return graph.where(undecided, graph.scalar(Number.NaN), power);
}

function squaredDifference(graph: GraphBuilder, a: Value, b: Value): Value {
  const difference = graph.sub(a, b);
  return graph.mul(difference, difference);
}

const addN = defineKernel({
  name: "AddN",
  variadic: true,
  infer({ list }) {
    const [first] = list;
    const lowers = first && first.dtype !== "bool" && list.every(({ dtype }) => dtype === first.dtype);
    return lowers ? single(first, null) : undefined;
  },
  lower: (graph, { list }) => list.reduce((sum, term) => graph.add(sum, term)),
});

/** Arithmetic of two tensors. Division of int32 falls back: by zero it ends the process in ONNX Runtime. */
export const binaryKernels: readonly KernelSpec[] = [
  binaryKernel("Add", (graph, a, b) => addMoved(graph, a, b) ?? graph.add(a, b), NUMERIC),
  binaryKernel("Sub", (graph, a, b) => graph.sub(a, b), NUMERIC),
  binaryKernel("Multiply", (graph, a, b) => graph.mul(a, b), NUMERIC),
  binaryKernel("RealDiv", (graph, a, b) => graph.div(a, b)),
  binaryKernel(
    "FloorDiv",
    (graph, a, b) => floatToInt32(graph, graph.unary("Floor", graph.div(a, b))),
    ["float32"],
    "int32",
  ),
  binaryKernel("Mod", mod),
  binaryKernel("Pow", pow),
  binaryKernel("Maximum", (graph, a, b) => graph.binary("Max", a, b), NUMERIC),
  binaryKernel("Minimum", (graph, a, b) => graph.binary("Min", a, b), NUMERIC),
  binaryKernel("SquaredDifference", squaredDifference, NUMERIC),
  addN,
];
