import type { EinsumAttrs } from "@tensorflow/tfjs-core";
import { backend_util } from "@tensorflow/tfjs-core";
import type { GraphBuilder } from "../graph/builder.js";
import { sizeOf } from "../graph/shapes.js";
import type { TensorSpec, Value } from "../graph/types.js";
import { allFloat } from "./dtypes.js";
import { defineKernel, type KernelSpec, single } from "./kernel.js";

/** A tensor and the subscript of each of its axes. */
interface Term {
  readonly value: Value;
  readonly labels: readonly string[];
}

/** Sums out the axes whose subscript is not in `kept`. */
function keepOnly(graph: GraphBuilder, { value, labels }: Term, kept: ReadonlySet<string>): Term {
  const summed = labels.flatMap((label, axis) => (kept.has(label) ? [] : [axis]));
  if (summed.length === 0) return { value, labels };
  return {
    value: graph.reduce("ReduceSum", value, summed),
    labels: labels.filter((label) => kept.has(label)),
  };
}

function reorder(graph: GraphBuilder, { value, labels }: Term, order: readonly string[]): Value {
  return graph.transpose(
    value,
    order.map((label) => labels.indexOf(label)),
  );
}

/** The contraction of two terms as one batched matrix product, its axes in the order of `output`. */
function contract(graph: GraphBuilder, left: Term, right: Term, output: readonly string[]): Value {
  const inRight = new Set(right.labels);
  const inLeft = new Set(left.labels);
  const inOutput = new Set(output);
  const a = keepOnly(graph, left, new Set([...inRight, ...inOutput]));
  const b = keepOnly(graph, right, new Set([...inLeft, ...inOutput]));
  const shared = a.labels.filter((label) => inRight.has(label));
  const batch = shared.filter((label) => inOutput.has(label));
  const summed = shared.filter((label) => !inOutput.has(label));
  const rows = a.labels.filter((label) => !inRight.has(label));
  const columns = b.labels.filter((label) => !inLeft.has(label));

  const sizes = new Map<string, number>();
  for (const { value, labels } of [a, b]) {
    for (const [axis, label] of labels.entries()) sizes.set(label, value.shape[axis] as number);
  }
  const dimensions = (labels: readonly string[]): number[] =>
    labels.map((label) => sizes.get(label) as number);
  const size = (labels: readonly string[]): number => sizeOf(dimensions(labels));
  const matrixA = graph.reshape(reorder(graph, a, [...batch, ...rows, ...summed]), [
    ...dimensions(batch),
    size(rows),
    size(summed),
  ]);
  const matrixB = graph.reshape(reorder(graph, b, [...batch, ...summed, ...columns]), [
    ...dimensions(batch),
    size(summed),
    size(columns),
  ]);
  const product = summed.length > 0 ? graph.matmul(matrixA, matrixB) : graph.mul(matrixA, matrixB);
  const labels = [...batch, ...rows, ...columns];
  return reorder(graph, { value: graph.reshape(product, dimensions(labels)), labels }, output);
}

const einsum = defineKernel({
  name: "Einsum",
  variadic: true,
  infer({ list }: { readonly list: readonly TensorSpec[] }, { equation }: EinsumAttrs) {
    if (!allFloat(...list)) return undefined;
    const { allDims, idDims } = backend_util.decodeEinsumEquation(equation, list.length);
    const tensors = list as unknown as Parameters<typeof backend_util.checkEinsumDimSizes>[2];
    backend_util.checkEinsumDimSizes(allDims.length, idDims, tensors);
    const [operands, result] = equation.replace(/\s/g, "").split("->") as [string, string];
    const output = [...result];
    if (new Set(output).size !== output.length) return undefined;
    const terms = operands.split(",").map((term) => [...term]);
    const sizeOfLabel = (label: string): number => {
      const operand = terms.findIndex((term) => term.includes(label));
      return list[operand]?.shape[(terms[operand] as string[]).indexOf(label)] as number;
    };
    return single({ shape: output.map(sizeOfLabel), dtype: "float32" }, { terms, output });
  },
  lower(graph, { list }, { terms, output }) {
    const [left, right] = list.map((value, index): Term => ({ value, labels: terms[index] as string[] }));
    if (left && right) return contract(graph, left, right, output);
    return reorder(graph, keepOnly(graph, left as Term, new Set(output)), output);
  },
});

export const einsumKernels: readonly KernelSpec[] = [einsum];
