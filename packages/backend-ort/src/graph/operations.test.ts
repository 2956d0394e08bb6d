import { expect, it } from "vitest";
import { reachableNodes } from "../onnx/write-model.js";
import { GraphBuilder } from "./builder.js";
import { graphBytes, graphOperations } from "./operations.js";
import type { Value } from "./types.js";

function count(build: (graph: GraphBuilder) => Value): number {
  return graphOperations(reachableNodes([build(new GraphBuilder())]));
}
const input = (graph: GraphBuilder, ...shape: number[]): Value => graph.input({ dtype: "float32", shape });

it("counts two operations for each product of a matrix product, transposed or not", () => {
  expect(count((graph) => graph.matmul(input(graph, 2, 3), input(graph, 3, 5)))).toBe(2 * 2 * 3 * 5);
  const transposed = (graph: GraphBuilder) =>
    graph.op(
      "Gemm",
      [input(graph, 3, 2), input(graph, 3, 5)],
      { transA: 1 },
      { shape: [2, 5], dtype: "float32" },
    );
  expect(count(transposed)).toBe(2 * 2 * 3 * 5);
});

it("counts each output of a convolution with its filter, each input of a transposed one", () => {
  const output = { shape: [1, 8, 4, 4], dtype: "float32" } as const;
  expect(
    count((graph) => graph.op("Conv", [input(graph, 1, 3, 8, 8), input(graph, 8, 3, 2, 2)], {}, output)),
  ).toBe(2 * 8 * 16 * 3 * 4);
  expect(
    count((graph) =>
      graph.op("ConvTranspose", [input(graph, 1, 3, 2, 2), input(graph, 3, 8, 2, 2)], {}, output),
    ),
  ).toBe(2 * 3 * 4 * 8 * 4);
});

it("counts nothing for what only moves or adds", () => {
  expect(count((graph) => graph.add(input(graph, 4), input(graph, 4)))).toBe(0);
});

it("counts the bytes of operands and results, of products by themselves, and none of a reshape", () => {
  const graph = new GraphBuilder();
  const product = graph.matmul(input(graph, 2, 3), input(graph, 3, 5));
  const sum = graph.add(product, input(graph, 2, 5));
  const flat = graph.op("Reshape", [sum], {}, { shape: [10], dtype: "float32" });
  expect(graphBytes(reachableNodes([flat]))).toEqual({ products: 4 * (6 + 15 + 10), others: 4 * 30 });
});
