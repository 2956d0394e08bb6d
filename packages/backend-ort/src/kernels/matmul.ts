import type { _FusedMatMulAttrs, BatchMatMulAttrs } from "@tensorflow/tfjs-core";
import type { GraphBuilder } from "../graph/builder.js";
import { broadcastShapes, range, sizeOf } from "../graph/shapes.js";
import type { Shape, Value } from "../graph/types.js";
import { activate, activationOf } from "./activation.js";
import { allFloat } from "./dtypes.js";
import { defineKernel, type KernelSpec, single } from "./kernel.js";

/** [..., rows, columns], swapped when transposed. */
function matrixOf(shape: Shape, transposed: boolean): readonly [number, number] {
  const [rows, columns] = shape.slice(-2) as [number, number];
  return transposed ? [columns, rows] : [rows, columns];
}

function productShape(
  a: { readonly shape: Shape },
  b: { readonly shape: Shape },
  transposeA: boolean,
  transposeB: boolean,
): number[] {
  const batch = broadcastShapes(a.shape.slice(0, -2), b.shape.slice(0, -2));
  return [...batch, matrixOf(a.shape, transposeA)[0], matrixOf(b.shape, transposeB)[1]];
}

function swapLast(graph: GraphBuilder, x: Value): Value {
  const rank = x.shape.length;
  return graph.transpose(x, [...range(rank - 2), rank - 1, rank - 2]);
}

/** One product of two matrices, transposed by the operator itself where that is needed. */
function matrixProduct(
  graph: GraphBuilder,
  a: Value,
  b: Value,
  transposeA: boolean,
  transposeB: boolean,
): Value {
  if (!transposeA && !transposeB) return graph.matmul(a, b);
  const shape = [matrixOf(a.shape, transposeA)[0], matrixOf(b.shape, transposeB)[1]];
  return graph.op(
    "Gemm",
    [a, b],
    { transA: Number(transposeA), transB: Number(transposeB) },
    { shape, dtype: "float32" },
  );
}

/** Numpy's matmul of float32 tensors with either operand's last two axes swapped first. */
export function product(
  graph: GraphBuilder,
  a: Value,
  b: Value,
  transposeA: boolean,
  transposeB: boolean,
): Value {
  const shape = productShape(a, b, transposeA, transposeB);
  const batchA = sizeOf(a.shape.slice(0, -2));
  const batchB = sizeOf(b.shape.slice(0, -2));
  // One right-hand matrix for a whole batch is a single, larger product.
  if (batchB === 1 && (batchA === 1 || !transposeA)) {
    const [rows, inner] = a.shape.slice(-2) as [number, number];
    const matrix = graph.reshape(a, [batchA * rows, inner]);
    const other = graph.reshape(b, b.shape.slice(-2));
    return graph.reshape(matrixProduct(graph, matrix, other, transposeA, transposeB), shape);
  }
  if (!transposeA && !transposeB) return graph.matmul(a, b);
  if (graph.images.block === undefined) {
    // Keeps to ONNX's own operators.
    return graph.matmul(transposeA ? swapLast(graph, a) : a, transposeB ? swapLast(graph, b) : b);
  }
  return graph.op(
    "FusedMatMul",
    [a, b],
    { transA: Number(transposeA), transB: Number(transposeB) },
    { shape, dtype: "float32" },
    "com.microsoft",
  );
}

const batchMatMul = defineKernel({
  name: "BatchMatMul",
  inputs: ["a", "b"],
  infer({ a, b }, attributes: BatchMatMulAttrs) {
    if (a.dtype !== b.dtype || a.dtype === "bool" || a.shape.length < 2 || b.shape.length < 2)
      return undefined;
    const transposeA = Boolean(attributes.transposeA);
    const transposeB = Boolean(attributes.transposeB);
    if (matrixOf(a.shape, transposeA)[1] !== matrixOf(b.shape, transposeB)[0]) return undefined;
    return single(
      { shape: productShape(a, b, transposeA, transposeB), dtype: a.dtype },
      { transposeA, transposeB },
    );
  },
  lower(graph, { a, b }, { transposeA, transposeB }) {
    if (a.dtype === "float32") return product(graph, a, b, transposeA, transposeB);
    return graph.matmul(transposeA ? swapLast(graph, a) : a, transposeB ? swapLast(graph, b) : b);
  },
});

const fusedMatMul = defineKernel({
  name: "_FusedMatMul",
  inputs: ["a", "b"],
  optional: ["bias", "preluActivationWeights"],
  infer({ a, b, bias, preluActivationWeights }, attributes: _FusedMatMulAttrs) {
    const activation = activationOf(attributes);
    if (!activation || !allFloat(a, b, bias, preluActivationWeights)) return undefined;
    const transposeA = Boolean(attributes.transposeA);
    const transposeB = Boolean(attributes.transposeB);
    const shape = productShape(a, b, transposeA, transposeB);
    return single({ shape, dtype: "float32" }, { transposeA, transposeB, activation });
  },
  lower(graph, { a, b, bias, preluActivationWeights }, { transposeA, transposeB, activation }) {
    const result = product(graph, a, b, transposeA, transposeB);
    return activate(graph, bias ? graph.add(result, bias) : result, activation, preluActivationWeights);
  },
});

export const matmulKernels: readonly KernelSpec[] = [batchMatMul, fusedMatMul];
