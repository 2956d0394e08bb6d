import * as tf from "@tensorflow/tfjs-core";
import { describe, it } from "vitest";
import { expectParity, runKernel, seededTensor, tiedTensor } from "./parity.test-helper.js";

interface Case {
  readonly x: readonly number[];
  readonly filterSize: number | readonly number[];
  readonly strides: number | readonly number[];
  readonly pad: "same" | "valid" | number | readonly (readonly number[])[];
  readonly dimRoundingMode?: "floor" | "round" | "ceil";
}

const CASES: readonly Case[] = [
  { x: [2, 6, 6, 3], filterSize: 2, strides: 2, pad: "valid" },
  { x: [2, 7, 9, 3], filterSize: 2, strides: 2, pad: "valid" },
  { x: [2, 7, 9, 3], filterSize: 2, strides: 2, pad: "same" },
  { x: [2, 7, 6, 3], filterSize: [3, 2], strides: [2, 1], pad: "same" },
  { x: [2, 6, 6, 2], filterSize: 3, strides: 1, pad: 1 },
  { x: [2, 6, 6, 2], filterSize: 3, strides: 2, pad: 0, dimRoundingMode: "ceil" },
  { x: [2, 7, 6, 2], filterSize: 2, strides: 3, pad: 1, dimRoundingMode: "floor" },
  {
    x: [2, 6, 6, 2],
    filterSize: 3,
    strides: 2,
    pad: [
      [0, 0],
      [2, 0],
      [1, 1],
      [0, 0],
    ],
  },
  { x: [1, 5, 5, 2], filterSize: 1, strides: 1, pad: "valid" },
  { x: [1, 7, 7, 2], filterSize: 1, strides: 3, pad: "same" },
  { x: [1, 2, 2, 3], filterSize: 1, strides: 2, pad: 1 },
  { x: [2, 4, 4, 3], filterSize: 4, strides: 1, pad: "valid" },
  // Windows that see padding only.
  { x: [1, 4, 4, 2], filterSize: 2, strides: 1, pad: 2 },
  {
    x: [1, 3, 4, 2],
    filterSize: 2,
    strides: 2,
    pad: [
      [0, 0],
      [3, 0],
      [0, 4],
      [0, 0],
    ],
  },
];

const CASES_3D: readonly Case[] = [
  { x: [2, 4, 4, 4, 2], filterSize: 2, strides: 2, pad: "valid" },
  { x: [1, 5, 4, 6, 2], filterSize: 3, strides: 2, pad: "same" },
  { x: [1, 5, 5, 5, 2], filterSize: [2, 3, 3], strides: [1, 2, 1], pad: "same" },
  { x: [1, 5, 6, 5, 2], filterSize: 3, strides: 2, pad: 1 },
  { x: [1, 7, 8, 7, 2], filterSize: 1, strides: 4, pad: "same" },
  { x: [1, 4, 4, 4, 2], filterSize: 2, strides: 1, pad: 2 },
];

const named = (cases: readonly Case[]): [string, Case][] => cases.map((test) => [JSON.stringify(test), test]);

const attributesOf = ({ x: _, ...attributes }: Case): object => attributes;

/** What the pool gives, from which the gradient's dy takes its shape. */
function pool(kernel: string, x: tf.Tensor, test: Case): tf.Tensor {
  return runKernel(kernel, { x }, attributesOf(test));
}

describe.each([
  ["AvgPool", CASES],
  ["MaxPool", CASES],
  ["AvgPool3D", CASES_3D],
  ["MaxPool3D", CASES_3D],
] as const)("%s", (kernel, cases) => {
  it.each(named(cases))("%s", (_, test) =>
    expectParity(kernel, () => pool(kernel, seededTensor(test.x, 1), test)),
  );
});

describe.each([
  ["AvgPool", CASES],
  ["AvgPool3D", CASES_3D],
] as const)("%sGrad", (kernel, cases) => {
  it.each(named(cases))("%s", (_, test) =>
    expectParity(`${kernel}Grad`, () => {
      const input = seededTensor(test.x, 1);
      const dy = seededTensor(pool(kernel, input, test).shape, 2);
      return runKernel(`${kernel}Grad`, { dy, input }, attributesOf(test));
    }),
  );
});

describe.each([
  ["MaxPool", CASES],
  ["MaxPool3D", CASES_3D],
] as const)("%sGrad, many ties", (kernel, cases) => {
  it.each(named(cases))("%s", (_, test) =>
    expectParity(`${kernel}Grad`, () => {
      const input = tiedTensor(test.x, 1);
      const output = pool(kernel, input, test);
      const dy = seededTensor(output.shape, 2);
      return runKernel(`${kernel}Grad`, { dy, input, output }, attributesOf(test));
    }),
  );
});

describe("through tf.grad", () => {
  it("averages and maxima of a batch of images", () =>
    expectParity(["AvgPool", "AvgPoolGrad", "MaxPool", "MaxPoolGrad"], () => {
      const x = seededTensor<tf.Rank.R4>([2, 6, 7, 3], 1);
      const average = (image: tf.Tensor): tf.Tensor =>
        tf.square(tf.avgPool(image as tf.Tensor4D, 3, 2, "same"));
      const maximum = (image: tf.Tensor): tf.Tensor =>
        tf.square(tf.maxPool(image as tf.Tensor4D, 3, 2, "same"));
      return [tf.grad(average)(x), tf.grad(maximum)(x)];
    }));
});
