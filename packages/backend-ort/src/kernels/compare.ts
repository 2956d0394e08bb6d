import type { CompareOp, GraphBuilder } from "../graph/builder.js";
import type { DType, Value } from "../graph/types.js";
import { binaryKernel, unaryKernel } from "./elementwise.js";
import type { KernelSpec } from "./kernel.js";

const ALL: readonly DType[] = ["float32", "int32", "bool"];

/** ONNX orders numbers only: false and true count as 0 and 1. */
const ordered = (graph: GraphBuilder, x: Value): Value => (x.dtype === "bool" ? graph.cast(x, "int32") : x);

const ordering = (name: string, opType: CompareOp): KernelSpec =>
  binaryKernel(
    name,
    (graph, a, b) => graph.compare(opType, ordered(graph, a), ordered(graph, b)),
    ALL,
    "bool",
  );

/** Comparisons and logic; all give bool. */
export const compareKernels: readonly KernelSpec[] = [
  binaryKernel("Equal", (graph, a, b) => graph.compare("Equal", a, b), ALL, "bool"),
  binaryKernel("NotEqual", (graph, a, b) => graph.not(graph.compare("Equal", a, b)), ALL, "bool"),
  ordering("Greater", "Greater"),
  ordering("GreaterEqual", "GreaterOrEqual"),
  ordering("Less", "Less"),
  ordering("LessEqual", "LessOrEqual"),
  binaryKernel("LogicalAnd", (graph, a, b) => graph.compare("And", a, b), ["bool"]),
  binaryKernel("LogicalOr", (graph, a, b) => graph.compare("Or", a, b), ["bool"]),
  unaryKernel("LogicalNot", (graph, x) => graph.not(x), ["bool"]),
];
