import { beforeEach, describe, expect, it } from "vitest";
import { GraphBuilder } from "./builder.js";
import { operators, runGraph } from "./run-graph.test-helper.js";
import type { Value } from "./types.js";

let graph: GraphBuilder;
let x: Value;
let y: Value;
beforeEach(() => {
  graph = new GraphBuilder();
  x = graph.input({ dtype: "float32", shape: [2, 3] });
  y = graph.input({ dtype: "float32", shape: [2, 3] });
});

const X = [1, -2, 3, -4, 5, -6];
const Y = [10, 20, 30, 40, 50, 60];

/** Expects the operators that a value needs, and its values for the inputs X and Y. */
function expectGraph(value: Value, operatorTypes: string[], values: number[]): void {
  expect(operators(value)).toEqual(operatorTypes);
  const own = value.producer ? value : graph.copy(value);
  expect(runGraph(graph, [X, Y], [own])[0]).toEqual(values);
}

describe("parts of a vector", () => {
  it("are made in stages where an operator may make a few only", () => {
    const vector = graph.input({ dtype: "float32", shape: [9] });
    const values = [7, 6, 5, 4, 3, 2, 1, 0, -1];
    const shapes = [[1], [2], [1, 1], [1], [2], [1], [1]];
    const parts = shapes.map((shape) => graph.unary("Neg", graph.input({ dtype: "float32", shape })));
    graph.redefine(vector, parts, 2);
    const nodes = operators(...parts);
    expect(nodes.filter((type) => type === "Split").length).toBe(6);
    const sums = parts.map((part) => graph.copy(part));
    const given = [X, Y, values, ...shapes.map((shape) => Array<number>(Math.max(...shape)).fill(0))];
    expect(runGraph(graph, given, sums)).toEqual([[7], [6, 5], [4], [3], [2, 1], [0], [-1]]);
  });
});

describe("equal nodes", () => {
  it("are one node, whatever the order of what commutes", () => {
    expect(graph.add(x, y)).toBe(graph.add(y, x));
    expect(graph.mul(x, y)).toBe(graph.mul(y, x));
    expect(graph.sub(x, y)).not.toBe(graph.sub(y, x));
    expect(graph.unary("Exp", x)).toBe(graph.unary("Exp", x));
    expect(graph.transpose(x, [1, 0])).toBe(graph.transpose(x, [1, 0]));
    expect(graph.gather(x, graph.ints([1, 0]), 1)).toBe(graph.gather(x, graph.ints([1, 0]), 1));
    expect(graph.gather(x, graph.ints([1, 0]), 1)).not.toBe(graph.gather(x, graph.ints([0, 1]), 1));
    expect(graph.gather(x, graph.ints([1, 0]), 1)).not.toBe(graph.gather(x, graph.ints([1, 0]), 0));
    expect(graph.copy(x)).not.toBe(graph.copy(x));
  });

  it("do not include those that differ in a number only", () => {
    const slopes = [0.5, 0, -0.5].map((alpha) => graph.unary("LeakyRelu", x, { alpha: { float: alpha } }));
    expect(new Set(slopes).size).toBe(3);
    const sums = [0.5, Number.POSITIVE_INFINITY, Number.NEGATIVE_INFINITY, Number.NaN].map((value) =>
      graph.affine(x, 1, value),
    );
    expect(new Set(sums).size).toBe(4);
  });

  it("include constants of equal values, dtype and shape, 0 and -0 apart", () => {
    const values = (...numbers: number[]): Float32Array => Float32Array.from(numbers);
    expect(graph.constant("float32", [2], values(1, 2))).toBe(graph.constant("float32", [2], values(1, 2)));
    expect(graph.constant("float32", [2], values(1, 2))).not.toBe(
      graph.constant("float32", [1, 2], values(1, 2)),
    );
    expect(graph.constant("float32", [2], values(1, 0))).not.toBe(
      graph.constant("float32", [2], values(1, -0)),
    );
    expect(graph.fill("float32", [2], 0)).not.toBe(graph.fill("float32", [2], -0));
    expect(graph.fill("float32", [2], 1)).not.toBe(graph.fill("int32", [2], 1));
    expect(graph.constant("float32", [3], values(4, 4, 4))).toBe(graph.fill("float32", [3], 4));
    expect(() => graph.constant("float32", [3], values(1, 2))).toThrow("shape [3] needs 3 values, got 2");
  });
});

describe("what does nothing", () => {
  it("writes no node", () => {
    expect(graph.add(x, graph.scalar(0))).toBe(x);
    expect(graph.add(graph.scalar(0), x)).toBe(x);
    expect(graph.sub(x, graph.fill("float32", [3], 0))).toBe(x);
    expect(graph.mul(graph.scalar(1), x)).toBe(x);
    expect(graph.div(x, graph.scalar(1))).toBe(x);
    expect(graph.binary("Pow", x, graph.scalar(1))).toBe(x);
    expect(graph.affine(x, 1, 0)).toBe(x);
    expect(graph.reshape(x, [2, 3])).toBe(x);
    expect(graph.reshape(graph.reshape(x, [6]), [2, 3])).toBe(x);
    expect(graph.transpose(graph.transpose(x, [1, 0]), [1, 0])).toBe(x);
    expect(graph.expand(x, [2, 3])).toBe(x);
    expect(graph.tile(x, [1, 1])).toBe(x);
    expect(graph.slice(x, [0, 1], [0, 0], [2, 3])).toBe(x);
    expect(graph.pad(x, [0, 0], [0, 0])).toBe(x);
    expect(graph.concat([x], 0)).toBe(x);
    expect(graph.cast(x, "float32")).toBe(x);
    expect(graph.reduce("ReduceSum", graph.reshape(x, [2, 1, 3]), [1])).toBe(x);
  });

  it("is not mistaken for what does something", () => {
    expectGraph(
      graph.sub(graph.scalar(0), x),
      ["Sub"],
      X.map((value) => 0 - value),
    );
    expectGraph(
      graph.div(graph.scalar(1), y),
      ["Div"],
      Y.map((value) => Math.fround(1 / value)),
    );
    expectGraph(
      graph.binary("Pow", graph.scalar(1), x),
      ["Pow"],
      X.map(() => 1),
    );
    expectGraph(
      graph.binary("Max", x, graph.scalar(0)),
      ["Max"],
      X.map((value) => Math.max(value, 0)),
    );
    expectGraph(
      graph.binary("Min", x, graph.scalar(1)),
      ["Min"],
      X.map((value) => Math.min(value, 1)),
    );
    const wider = graph.add(x, graph.fill("float32", [2, 2, 3], 0));
    expect(wider.shape).toEqual([2, 2, 3]);
    expectGraph(wider, ["Add"], [...X, ...X]);
    expectGraph(
      graph.reduce("ReduceSumSquare", graph.reshape(x, [2, 1, 3]), [1]),
      ["Reshape", "Mul", "Reshape"],
      X.map((value) => value * value),
    );
    expectGraph(graph.slice(x, [1], [2], [-1], [-1]), ["Slice"], [3, -2, 1, -6, 5, -4]);
    expectGraph(graph.slice(x, [1], [0], [3], [2]), ["Slice"], [1, 3, -4, -6]);
  });
});

describe("what is known", () => {
  it("is computed while writing", () => {
    expect(graph.add(graph.scalar(2), graph.fill("float32", [3], 3))).toBe(graph.fill("float32", [3], 5));
    expect(graph.div(graph.scalar(1), graph.scalar(3)).constant?.splat).toBe(Math.fround(1 / 3));
    expect(graph.sub(graph.scalar(2), graph.scalar(3))).toBe(graph.scalar(-1));
    expect(graph.reduce("ReduceSum", graph.fill("float32", [4, 5], 2), [0])).toBe(
      graph.fill("float32", [5], 8),
    );
    expect(graph.reduce("ReduceMean", graph.fill("float32", [4, 5], 2))).toBe(graph.scalar(2));
    expect(graph.transpose(graph.fill("float32", [2, 3], 7), [1, 0])).toBe(graph.fill("float32", [3, 2], 7));
    expect(graph.expand(graph.scalar(7), [2, 2])).toBe(graph.fill("float32", [2, 2], 7));
    expect(graph.slice(graph.fill("float32", [4], 7), [0], [1], [3])).toBe(graph.fill("float32", [2], 7));
    expect(graph.reshape(graph.tensor([1, 2]), [2, 1])).toBe(graph.tensor([1, 2], [2, 1]));
    expect(graph.cast(graph.scalar(-2.7), "int32")).toBe(graph.scalar(-2, "int32"));
    expect(graph.cast(graph.scalar(0.3), "bool")).toBe(graph.scalar(1, "bool"));
  });

  it("is written in full only where an operator needs it", () => {
    expectGraph(
      graph.add(graph.fill("float32", [2, 3], 5), x),
      ["Add"],
      X.map((value) => value + 5),
    );
    expectGraph(graph.concat([graph.fill("float32", [1, 3], 5), x], 0), ["Concat"], [5, 5, 5, ...X]);
    expectGraph(graph.matmul(graph.fill("float32", [1, 2], 2), x), ["MatMul"], [-6, 6, -6]);
    expectGraph(graph.copy(graph.fill("float32", [3], 2)), ["Identity"], [2, 2, 2]);
    expectGraph(
      graph.where(graph.tensor([1, 0, 1], [3], "bool"), x, graph.scalar(9)),
      ["Where"],
      [1, 9, 3, -4, 9, -6],
    );
  });
});

describe("moves", () => {
  it("join, and sums are taken before them", () => {
    const z = graph.input({ dtype: "float32", shape: [2, 3, 4] });
    const twice = graph.transpose(graph.transpose(z, [1, 2, 0]), [1, 2, 0]);
    expect(operators(twice)).toEqual(["Transpose"]);
    expect(twice).toBe(graph.transpose(z, [2, 0, 1]));
    expect(graph.transpose(twice, [1, 2, 0])).toBe(z);
    expect(operators(graph.reshape(graph.reshape(z, [6, 4]), [4, 6]))).toEqual(["Reshape"]);
    expect(operators(graph.transpose(graph.reshape(x, [2, 1, 3]), [1, 0, 2]))).toEqual(["Reshape"]);
    const [xT, yT] = [graph.transpose(x, [1, 0]), graph.transpose(y, [1, 0])];
    expectSum(graph.add(xT, yT), "Transpose");
    expectSum(graph.sub(graph.reshape(x, [6]), graph.reshape(y, [6])), "Reshape");
    expect(operators(graph.mul(xT, yT))).toEqual(["Transpose", "Transpose", "Mul"]);
    expect(operators(graph.add(xT, graph.reshape(y, [3, 2])))).toEqual(["Transpose", "Reshape", "Add"]);

    function expectSum(value: Value, move: string): void {
      expect(operators(value)).toEqual([expect.stringMatching(/Add|Sub/), move]);
    }
  });

  it("give the values that they should", () => {
    const sum = graph.add(graph.transpose(x, [1, 0]), graph.transpose(y, [1, 0]));
    expect(runGraph(graph, [X, Y], [sum])[0]).toEqual([11, 36, 18, 55, 33, 54]);
  });
});

describe("a sum of all elements", () => {
  it("is taken before they are moved, and so are their squares", () => {
    const moved = graph.reshape(graph.transpose(x, [1, 0]), [6]);
    expectGraph(graph.reduce("ReduceSum", moved), ["ReduceSum"], [-3]);
    expectGraph(graph.reduce("ReduceSum", graph.mul(moved, moved)), ["Mul", "ReduceSum"], [91]);
    // Part of the axes only, or two tensors: the order counts.
    expect(operators(graph.reduce("ReduceSum", graph.transpose(x, [1, 0]), [0]))).toContain("Transpose");
    expect(operators(graph.reduce("ReduceSum", graph.mul(moved, graph.reshape(y, [6]))))).toContain(
      "Transpose",
    );
  });
});

describe("powers of two", () => {
  it("divide by multiplying, and join other factors", () => {
    const scaled = graph.div(graph.mul(x, graph.scalar(64)), graph.scalar(256));
    expectGraph(
      scaled,
      ["Mul"],
      X.map((value) => value / 4),
    );
    expect(operators(graph.div(x, graph.scalar(3)))).toEqual(["Div"]);
  });
});

describe("a split", () => {
  it("gives equal parts along an axis", () => {
    const parts = graph.split(x, 3, 1);
    expect(parts.map(({ shape }) => shape)).toEqual([
      [2, 1],
      [2, 1],
      [2, 1],
    ]);
    expect(runGraph(graph, [X, Y], parts)).toEqual([
      [1, -4],
      [-2, 5],
      [3, -6],
    ]);
  });
});

describe("errors", () => {
  it("name the shapes", () => {
    expect(() => graph.add(x, graph.input({ dtype: "float32", shape: [2] }))).toThrow(
      "shapes [2,3] and [2] do not broadcast together",
    );
    expect(() => graph.reshape(x, [4])).toThrow("cannot reshape [2,3] to [4]");
    expect(() => graph.matmul(x, y)).toThrow("inner dimensions differ: [2,3] and [2,3]");
    expect(() => graph.concat([], 0)).toThrow("Concat: got no tensors");
  });
});
