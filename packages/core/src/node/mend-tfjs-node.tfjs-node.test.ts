import { checkGradients, useCpuBackend } from "@gan/test-kit";
import * as tf from "@tensorflow/tfjs-core";
import { afterEach, beforeAll, describe, expect, it } from "vitest";
import "../autodiff/index.js";

beforeAll(useCpuBackend);

let before = 0;
const values = (length: number) => Float32Array.from({ length }, (_, index) => Math.sin(3 * index + 1));
const pictures = () => tf.tensor4d(values(2 * 6 * 5 * 3), [2, 6, 5, 3]);
type Padding = number | [[0, 0], [number, number], [number, number], [0, 0]];

/** Of tfjs's plain kernels, the same call's result. */
async function onPlainKernels(compute: () => tf.Tensor): Promise<Float32Array> {
  await tf.setBackend("cpu");
  const result = tf.tidy(() => compute().dataSync<"float32">().slice());
  await useCpuBackend();
  return result;
}

describe.each([
  ["a number", 1],
  [
    "a number for each side",
    [
      [0, 0],
      [2, 1],
      [0, 1],
      [0, 0],
    ],
  ],
] as [string, Padding][])("on tfjs-node, padding by %s", (_, padding) => {
  const filter = () => tf.tensor4d(values(3 * 3 * 3 * 2), [3, 3, 3, 2]);
  const cases: Record<string, (x: tf.Tensor, filter: tf.Tensor) => tf.Tensor> = {
    "a convolution": (x, w) =>
      tf.conv2d(x as tf.Tensor4D, w as tf.Tensor4D, 2, padding as number, "NHWC", 1, "floor"),
    "a depthwise convolution": (x, w) =>
      tf.depthwiseConv2d(x as tf.Tensor4D, w as tf.Tensor4D, 2, padding as number, "NHWC", 1, "floor"),
    "a fused convolution": (x, w) =>
      tf.fused.conv2d({
        x: x as tf.Tensor4D,
        filter: w as tf.Tensor4D,
        strides: 2,
        pad: padding as number,
        dimRoundingMode: "floor",
        activation: "relu",
      }),
  };
  afterEach(() => tf.disposeVariables());

  it.each(Object.keys(cases))("gives what tfjs's plain kernels give: %s", async (name) => {
    const compute = cases[name] as (typeof cases)[string];
    const run = () => compute(pictures(), filter());
    before = tf.memory().numTensors;
    const found = tf.tidy(() => run().dataSync<"float32">().slice());
    expect(tf.memory().numTensors, "tensors left").toBe(before);
    const expected = await onPlainKernels(run);
    expect(found.length).toBe(expected.length);
    const differences = found.map((value, index) => Math.abs(value - (expected[index] as number)));
    expect(Math.max(...differences)).toBeLessThan(1e-5);
  });

  it.each(["a convolution", "a depthwise convolution"])("has right gradients: %s", (name) => {
    const { first } = checkGradients(cases[name] as (typeof cases)[string], [pictures(), filter()]);
    expect(first).toBeLessThan(1e-2);
  });
});
