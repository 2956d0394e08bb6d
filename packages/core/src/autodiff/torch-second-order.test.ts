import { readFileSync } from "node:fs";
import { compile } from "@gan/backend-ort";
import { useCpuBackend } from "@gan/test-kit";
import * as tf from "@tensorflow/tfjs-core";
import { beforeAll, describe, expect, it } from "vitest";
import { gradientPenalty } from "../losses/index.js";
import "./index.js";

interface StoredTensor {
  shape: number[];
  values: number[];
}

/** What PyTorch computed: see fixtures/autodiff/make-second-order-fixture.py. */
interface Stored {
  cases: Record<
    string,
    Record<"inputs" | "directions" | "first" | "second", StoredTensor[]> & { weights: StoredTensor }
  >;
  gradientPenalty: Record<"real" | "fake" | "mixing", StoredTensor> &
    Record<"filters" | "gradients", StoredTensor[]> & { value: number };
}

const stored: Stored = JSON.parse(
  readFileSync(new URL("../../fixtures/autodiff/second-order.json", import.meta.url), "utf8"),
);
const unpack = ({ shape, values }: StoredTensor) => tf.tensor(values, shape, "float32");

const images = (compute: (x: tf.Tensor4D) => tf.Tensor) => (x: tf.Tensor) =>
  tf.square(compute(x as tf.Tensor4D));
const normalise = (axes: number[]) => (x: tf.Tensor) => {
  const { mean, variance } = tf.moments(x, axes, true);
  return tf.mul(tf.sub(x, mean), tf.rsqrt(tf.add(variance, 1e-3)));
};
const amounts: [number, number][] = [
  [0, 0],
  [2, 1],
  [1, 3],
  [0, 0],
];

/** The cases of the fixture, by the same names. */
const cases: Record<string, (...inputs: tf.Tensor[]) => tf.Tensor> = {
  tanh: tf.tanh,
  sigmoid: tf.sigmoid,
  exp: tf.exp,
  elu: tf.elu,
  selu: tf.selu,
  softplus: tf.softplus,
  softmax: (x) => tf.softmax(x as tf.Tensor),
  "leaky relu": (x) => tf.square(tf.leakyRelu(x as tf.Tensor, 0.2)),
  abs: (x) => tf.mul(tf.abs(x as tf.Tensor), tf.square(x as tf.Tensor)),
  rsqrt: (x) => tf.rsqrt(tf.add(tf.square(x as tf.Tensor), 0.5)),
  max: (x) => tf.square(tf.max(x as tf.Tensor, 1)),
  "clip by value": (x) => tf.square(tf.clipByValue(x as tf.Tensor, -0.8, 0.8)),
  "max pool": images((x) => tf.maxPool(x, 2, 2, "valid")),
  "average pool": images((x) => tf.avgPool(x, 3, 1, "valid")),
  "nearest resize": images((x) => tf.image.resizeNearestNeighbor(x, [8, 8])),
  "bilinear resize, aligned corners": images((x) => tf.image.resizeBilinear(x, [7, 6], true)),
  "reflection pad": images((x) => tf.mirrorPad(x, amounts, "reflect")),
  convolution: (x, w) => tf.square(tf.conv2d(x as tf.Tensor4D, w as tf.Tensor4D, 2, 1)),
  "transposed convolution": (x, w) =>
    tf.square(tf.conv2dTranspose(x as tf.Tensor4D, w as tf.Tensor4D, [2, 6, 4, 3], 2, 1)),
  "depthwise convolution": (x, w) =>
    tf.square(tf.depthwiseConv2d(x as tf.Tensor4D, w as tf.Tensor4D, 1, "same")),
  "batch norm": (x) => normalise([0, 1, 2])(x as tf.Tensor),
  "instance norm": (x) => normalise([1, 2])(x as tf.Tensor),
};

/** ‖actual - expected‖ / ‖expected‖ over all tensors together. */
function computeError(actual: readonly tf.Tensor[], expected: readonly StoredTensor[]): number {
  const given = actual.flatMap((tensor) => [...tensor.dataSync()]);
  const wanted = expected.flatMap(({ values }) => values);
  expect(given.length).toBe(wanted.length);
  return (
    Math.hypot(...wanted.map((value, index) => value - (given[index] as number))) / Math.hypot(...wanted)
  );
}

it("every case of the fixture has its function, and every function its case", () => {
  expect(Object.keys(cases)).toEqual(Object.keys(stored.cases));
});

describe.each(["cpu", "ort"])("first and second derivatives on %s are PyTorch's", (backend) => {
  beforeAll(async () => {
    await useCpuBackend();
    await tf.setBackend(backend);
  });

  // tfjs-backend-cpu resizes the gradient of a nearest resize wrongly in a batch.
  const names = Object.keys(stored.cases).filter((name) => backend === "ort" || name !== "nearest resize");
  it.each(names)("%s", (name) => {
    const { inputs, weights, directions, first, second } = stored.cases[name] as Stored["cases"][string];
    const compute = cases[name] as (typeof cases)[string];
    const differentiate = tf.grads((...given) => tf.sum(tf.mul(compute(...given), unpack(weights))));
    const project = (...given: tf.Tensor[]) =>
      tf.addN(differentiate(given).map((g, i) => tf.sum(tf.mul(g, unpack(directions[i] as StoredTensor)))));
    const step = compile((given: tf.Tensor[]) => [differentiate(given), tf.grads(project)(given)]);
    const [once, twice] = step(inputs.map(unpack)) as [tf.Tensor[], tf.Tensor[]];
    expect(computeError(once, first)).toBeLessThan(1e-5);
    expect(computeError(twice, second)).toBeLessThan(1e-5);
    tf.dispose([once, twice]);
    step.dispose();
  });

  it("of a critic, in WGAN-GP's penalty", () => {
    const { real, fake, mixing, filters, value, gradients } = stored.gradientPenalty;
    const critic = (x: tf.Tensor4D, [a, b]: tf.Tensor4D[]) => {
      const seen = normalise([1, 2])(tf.leakyRelu(tf.conv2d(x, a as tf.Tensor4D, 2, 1), 0.2));
      return tf.conv2d(seen as tf.Tensor4D, b as tf.Tensor4D, 1, "valid");
    };
    const penalty = (...weights: tf.Tensor[]) =>
      gradientPenalty(
        (x) => critic(x, weights as tf.Tensor4D[]),
        unpack(real) as tf.Tensor4D,
        unpack(fake) as tf.Tensor4D,
        unpack(mixing),
      );
    const step = compile((weights: tf.Tensor[]) => [penalty(...weights), ...tf.grads(penalty)(weights)]);
    const [given, ...slopes] = step(filters.map(unpack)) as [tf.Tensor, ...tf.Tensor[]];
    expect(given.dataSync()[0]).toBeCloseTo(value, 4);
    expect(computeError(slopes, gradients)).toBeLessThan(1e-5);
    tf.dispose([given, ...slopes]);
    step.dispose();
  });
});
