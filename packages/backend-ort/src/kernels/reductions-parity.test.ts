import * as tf from "@tensorflow/tfjs-core";
import { describe, it } from "vitest";
import { expectSame, filled, kernel, ORDERED } from "./parity-values.test-helper.js";

const DTYPES = ["float32", "int32", "bool"] as const;
const SMALL = { float32: [1.5, -2, 0.25, 3, -0.5, 4, 1], int32: [1, -2, 3, 2, -1], bool: [1, 1, 0, 1] };

/** A shape and the axes to reduce; null means all. */
const CASES: readonly (readonly [readonly number[], number[] | null])[] = [
  [[], null],
  [[5], null],
  [[5], [0]],
  [[3, 4], [-1]],
  [[3, 4], []],
  [
    [2, 3, 4],
    [0, 2],
  ],
  [
    [2, 3, 4],
    [2, 0],
  ],
  [
    [2, 1, 3, 1],
    [1, 3],
  ],
  [
    [2, 3, 1, 2, 2, 2],
    [1, -1, 3],
  ],
  [[40, 50], null],
];

const REDUCTIONS = [
  ["Sum", DTYPES],
  ["Mean", DTYPES],
  ["Prod", DTYPES],
  ["Max", DTYPES],
  ["Min", DTYPES],
  ["Any", ["bool"]],
  ["All", ["bool"]],
] as const;

describe.each(REDUCTIONS)("%s", (name, dtypes) => {
  it.each(dtypes)("of %s along every kind of axes", async (dtype) => {
    await expectSame(
      name,
      () =>
        CASES.flatMap(([shape, axis]) => {
          // Products of two thousand numbers leave the range of int32.
          const values = name === "Prod" && shape[0] === 40 ? [1, -1] : SMALL[dtype];
          return [false, true].map((keepDims) =>
            kernel(name, { x: filled(shape, dtype, values) }, { axis, reductionIndices: axis, keepDims }),
          );
        }),
      3e-5,
    );
  });
});

describe("not numbers and infinities", () => {
  const rows = [
    [Number.NaN, 1, 2],
    [3, Number.NaN, 9],
    [1, 2, Number.NaN],
    [Number.NEGATIVE_INFINITY, Number.NEGATIVE_INFINITY, Number.NEGATIVE_INFINITY],
    [Number.POSITIVE_INFINITY, 0, Number.NEGATIVE_INFINITY],
    [0, Number.POSITIVE_INFINITY, 1],
    [4, 4, -4],
  ];

  it.each(["Sum", "Mean", "Prod", "Max", "Min"])("%s", async (name) => {
    for (const axis of [[0], [1], [0, 1]]) {
      const attributes = { axis, reductionIndices: axis, keepDims: false };
      await expectSame(name, () => kernel(name, { x: tf.tensor2d(rows) }, attributes));
    }
    const long = [...Array<number>(61).fill(1), Number.NaN, 2];
    const attributes = { axis: [1], reductionIndices: [1], keepDims: false };
    await expectSame(name, () => kernel(name, { x: filled([8, 63], "float32", long, 5) }, attributes));
  });

  it.each(["ArgMax", "ArgMin"])("%s", async (name) => {
    for (const axis of [0, 1]) await expectSame(name, () => kernel(name, { x: tf.tensor2d(rows) }, { axis }));
    const values = [2, 5, Number.NaN, 5, -3, 2, -3, Number.NaN, 1];
    await expectSame(name, () =>
      [...values.keys()].flatMap((offset) => [
        kernel(name, { x: filled([4, 33], "float32", values, offset) }, { axis: 1 }),
        kernel(name, { x: filled([33], "float32", values, offset) }, { axis: 0 }),
      ]),
    );
  });
});

describe.each(["ArgMax", "ArgMin"])("%s", (name) => {
  it.each(DTYPES)("of %s takes the first of equals", async (dtype) => {
    await expectSame(name, () => kernel(name, { x: filled([7], dtype, SMALL[dtype]) }, { axis: 0 }));
    for (const axis of [0, 1, -1]) {
      await expectSame(name, () => kernel(name, { x: filled([3, 4, 5], dtype, SMALL[dtype]) }, { axis }));
    }
  });
});

describe.each(["Cumsum", "Cumprod"])("%s", (name) => {
  it.each(DTYPES)("of %s, exclusive and reversed", async (dtype) => {
    const values = name === "Cumprod" && dtype === "int32" ? [1, -2, 1, -1, 3] : SMALL[dtype];
    const flags = [false, true];
    await expectSame(name, () =>
      [[1], [7], [3, 5], [2, 3, 4]].flatMap((shape) =>
        [...shape.keys()].flatMap((axis) =>
          flags.flatMap((exclusive) =>
            flags.map((reverse) =>
              kernel(name, { x: filled(shape, dtype, values) }, { axis, exclusive, reverse }),
            ),
          ),
        ),
      ),
    );
  });
});

describe("TopK", () => {
  it.each(["float32", "int32"] as const)("of %s, ties in order", async (dtype) => {
    for (const k of [1, 3, 6]) {
      await expectSame("TopK", () => {
        const { values, indices } = tf.topk(filled([5, 6], dtype, [3, 1, 3, 7, 0, -2, 7, 3, 3]), k);
        return [values, indices];
      });
    }
    await expectSame("TopK", () =>
      Object.values(tf.topk(filled([2000], dtype, [3, 1, 3, 7, 0, -2, 7]), 700)),
    );
  });
});

describe("Softmax", () => {
  it("along the last axis", async () => {
    await expectSame("Softmax", () => tf.softmax(filled([3, 4], "float32", SMALL.float32)));
    await expectSame("Softmax", () => tf.softmax(filled([2, 1, 3, 5], "float32", [100, -100, 99.5, 3])));
    await expectSame("Softmax", () => tf.softmax(filled([ORDERED.length, 4], "float32", ORDERED)));
    await expectSame("Softmax", () =>
      tf.softmax(
        tf.tensor2d([
          [Number.NaN, 1],
          [1, 2],
        ]),
      ),
    );
  });
});
