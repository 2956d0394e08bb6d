import { beforeEach, describe, expect, it } from "vitest";
import { reachableNodes } from "../onnx/write-model.js";
import { blockedConv } from "./blocked.js";
import { GraphBuilder } from "./builder.js";
import { fuseSums } from "./fuse-sums.js";
import { runGraph } from "./run-graph.test-helper.js";
import type { Value } from "./types.js";

let graph: GraphBuilder;
let inputs: Value[];
beforeEach(() => {
  graph = new GraphBuilder();
  inputs = [1, 2, 3].map(() => graph.input({ dtype: "float32", shape: [2, 2] }));
});

const product = (a: number, b: number): Value =>
  graph.op(
    "Gemm",
    [inputs[a], inputs[b]],
    { transA: 0, transB: 0 },
    {
      shape: [2, 2],
      dtype: "float32",
    },
  );
const fuse = (...outputs: Value[]) =>
  fuseSums(reachableNodes(outputs), outputs).map(({ opType, inputs: given }) => [opType, given.length]);

describe("fuseSums", () => {
  it("has products add what is added to them, one after the other", () => {
    const sum = graph.add(graph.add(product(0, 1), product(1, 2)), graph.unary("Exp", product(0, 2)));
    expect(fuse(sum)).toEqual([
      ["Gemm", 2],
      ["Gemm", 3],
      ["Gemm", 2],
      ["Exp", 1],
      ["Add", 2],
    ]);
  });

  it("computes the same", () => {
    const sum = graph.add(graph.add(product(0, 1), product(1, 2)), product(2, 0));
    // AB + BC + CA
    const [A, B, C] = [
      [1, 2, 3, 4],
      [5, 6, 7, 8],
      [-1, 0, 2, 1],
    ];
    expect(fuse(sum)).toEqual([
      ["Gemm", 2],
      ["Gemm", 3],
      ["Gemm", 3],
    ]);
    expect(runGraph(graph, [A, B, C] as number[][], [sum])).toEqual([[25, 26, 57, 66]]);
  });

  it("leaves a product alone that something else reads, too, and sums of other shapes", () => {
    const shared = product(0, 1);
    const sum = graph.add(shared, inputs[2] as Value);
    expect(fuse(sum, shared)).toEqual([
      ["Gemm", 2],
      ["Add", 2],
    ]);
    const row = graph.input({ dtype: "float32", shape: [2] });
    expect(fuse(graph.add(product(1, 2), row))).toEqual([
      ["Gemm", 2],
      ["Add", 2],
    ]);
  });

  it("has blocked convolutions add once, and none that applies an activation", () => {
    const x = graph.input({ dtype: "float32", shape: [1, 16, 4, 4] });
    const filter = graph.input({ dtype: "float32", shape: [16, 16, 1, 1] });
    const convolve = (activation: object) =>
      blockedConv(
        graph,
        x,
        filter,
        undefined,
        undefined,
        { group: 1, kernel_shape: [1, 1], ...activation },
        x.shape,
      );
    expect(fuse(graph.add(graph.add(convolve({}), x), graph.unary("Exp", x)))).toEqual([
      ["Conv", 4],
      ["Exp", 1],
      ["Add", 2],
    ]);
    expect(fuse(graph.add(convolve({ activation: "Relu" }), x))).toEqual([
      ["Conv", 2],
      ["Add", 2],
    ]);
  });
});
