import * as tf from "@tensorflow/tfjs-core";
import { afterEach, describe, expect, it } from "vitest";
import { configure } from "../index.js";
import { expectParity, runKernel, seededTensor } from "./parity.test-helper.js";

interface Case {
  readonly x: readonly [number, number, number, number];
  readonly dy: readonly [number, number, number, number];
  readonly kernel: readonly [number, number];
  readonly strides: number | readonly [number, number];
  readonly pad: "same" | "valid" | number | readonly (readonly number[])[];
}

/** Batches and widths of whole blocks, as many windows as there are ways to lay them. */
const CASES: readonly Case[] = [
  { x: [16, 8, 8, 3], dy: [16, 4, 4, 16], kernel: [4, 4], strides: 2, pad: "same" },
  { x: [32, 6, 6, 16], dy: [32, 3, 3, 32], kernel: [4, 4], strides: 2, pad: "same" },
  { x: [48, 5, 3, 18], dy: [48, 5, 3, 16], kernel: [3, 3], strides: 1, pad: "same" },
  { x: [16, 7, 9, 1], dy: [16, 4, 3, 48], kernel: [3, 2], strides: [2, 3], pad: "same" },
  { x: [16, 4, 4, 32], dy: [16, 1, 1, 16], kernel: [4, 4], strides: 1, pad: "valid" },
  { x: [16, 6, 5, 2], dy: [16, 6, 5, 16], kernel: [1, 1], strides: 1, pad: "valid" },
  {
    x: [16, 5, 6, 2],
    dy: [16, 6, 7, 16],
    kernel: [3, 3],
    strides: 1,
    pad: [
      [0, 0],
      [2, 1],
      [0, 3],
      [0, 0],
    ],
  },
];

function gradient({ x, dy, kernel, strides, pad }: Case): tf.Tensor {
  return runKernel(
    "Conv2DBackpropFilter",
    { x: seededTensor(x, 1), dy: seededTensor(dy, 2) },
    {
      strides,
      pad,
      dataFormat: "NHWC",
      filterShape: [...kernel, x[3], dy[3]],
    },
  );
}

describe("a filter's gradient with a batch of whole blocks", () => {
  afterEach(() => configure({ withoutPasses: new Set() }));

  it.each(CASES)("x [$x], dy [$dy], kernel $kernel, strides $strides, pad $pad", (test) =>
    expectParity("Conv2DBackpropFilter", () => gradient(test), 2e-5),
  );

  it("is the same in parts as whole", async () => {
    // 906 million multiplications: more than are made at once.
    const large: Case = {
      x: [32, 12, 12, 64],
      dy: [32, 12, 12, 192],
      kernel: [4, 4],
      strides: 1,
      pad: "same",
    };
    await tf.setBackend("ort");
    const inParts = tf.tidy(() => gradient(large).dataSync<"float32">());
    configure({ withoutPasses: new Set(["batch"]) });
    // Another graph, not the one in the cache: the sum with zero keeps it apart.
    const whole = tf.tidy(() => tf.add(gradient(large), tf.zeros([4, 4, 64, 192])).dataSync<"float32">());
    const largest = whole.reduce((most, value) => Math.max(most, Math.abs(value)), 0);
    const error = whole.reduce(
      (most, value, at) => Math.max(most, Math.abs(value - (inParts[at] as number))),
      0,
    );
    expect(error).toBeGreaterThan(0);
    expect(error / largest).toBeLessThan(1e-5);
  });
});
