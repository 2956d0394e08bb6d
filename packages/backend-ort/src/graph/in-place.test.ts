import { describe, expect, it } from "vitest";
import { reachableNodes } from "../onnx/write-model.js";
import { GraphBuilder } from "./builder.js";
import { findInPlace } from "./in-place.js";
import type { Value } from "./types.js";

const vector = { dtype: "float32", shape: [4] } as const;

function isSafe(
  build: (graph: GraphBuilder, state: Value, other: Value) => { output: Value; also?: Value },
): boolean {
  const graph = new GraphBuilder();
  const state = graph.input(vector);
  const { output, also } = build(graph, state, graph.input(vector));
  const nodes = reachableNodes(also ? [output, also] : [output]);
  return findInPlace(nodes, [{ output, input: state }]).length === 1;
}

describe("findInPlace", () => {
  it("allows a state that only its update reads", () => {
    expect(isSafe((graph, m, g) => ({ output: graph.add(graph.mul(m, graph.scalar(0.9)), g) }))).toBe(true);
  });

  it("allows the elementwise operator that makes the output to read it", () => {
    expect(isSafe((graph, w, g) => ({ output: graph.sub(w, graph.mul(g, g)) }))).toBe(true);
  });

  it("refuses when another reader might run after the update", () => {
    expect(isSafe((graph, w, g) => ({ output: graph.sub(w, g), also: graph.unary("Exp", w) }))).toBe(false);
  });

  it("refuses when a reshape of it, which the update needs too, is read elsewhere", () => {
    expect(
      isSafe((graph, w) => {
        const square = graph.reshape(w, [2, 2]);
        const change = graph.reshape(graph.mul(square, square), [4]);
        return { output: graph.sub(w, change), also: graph.unary("Exp", square) };
      }),
    ).toBe(false);
  });

  it("allows another reader that the update depends on", () => {
    expect(isSafe((graph, w, g) => ({ output: graph.sub(w, graph.mul(graph.unary("Exp", w), g)) }))).toBe(
      true,
    );
  });

  it("refuses operators that read elements in another order than they write them", () => {
    expect(
      isSafe((graph, w) => ({ output: graph.gather(w, graph.tensor([3, 2, 1, 0], [4], "int32"), 0) })),
    ).toBe(false);
  });
});
