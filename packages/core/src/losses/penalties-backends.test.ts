import { compile } from "@gan/backend-ort";
import { useCpuBackend } from "@gan/test-kit";
import * as tf from "@tensorflow/tfjs-core";
import { expect, it } from "vitest";
import "../autodiff/index.js";
import { Random } from "../random/index.js";
import { gradientPenalty, zeroCentredPenalty } from "./penalties.js";

const draw = (random: Random, shape: number[], scale: number) =>
  tf.tidy(() => tf.mul(tf.tensor(random.normals(tf.util.sizeFromShape(shape)), shape), scale));

/** What a discriminator puts between pictures and scores; no nearest resize, whose gradient tfjs-cpu gets wrong in a batch. */
function score(x: tf.Tensor4D, filters: readonly tf.Tensor4D[], normalise: readonly number[]): tf.Tensor {
  const [first, second, last] = filters as [tf.Tensor4D, tf.Tensor4D, tf.Tensor4D];
  let y = tf.leakyRelu(tf.conv2d(x, first, 2, "same"), 0.2);
  if (normalise.length > 0) {
    const { mean, variance } = tf.moments(y, [...normalise], true);
    y = tf.mul(tf.sub(y, mean), tf.rsqrt(tf.add(variance, 1e-3))) as tf.Tensor4D;
  }
  y = tf.tanh(tf.avgPool(tf.image.resizeBilinear(y, [8, 8]), 2, 2, "valid")) as tf.Tensor4D;
  y = tf.sigmoid(tf.conv2d(y, second, 1, "same"));
  const deviation = tf.mean(tf.sqrt(tf.add(tf.moments(y, 0).variance, 1e-6)));
  y = tf.concat(
    [y, tf.mul(tf.onesLike(tf.slice(y, [0, 0, 0, 0], [-1, -1, -1, 1])), deviation)],
    3,
  ) as tf.Tensor4D;
  return tf.conv2d(y as tf.Tensor4D, last, 1, "valid");
}

function penaltyGradients(normalise: readonly number[], compiled: boolean): number[] {
  const random = new Random(3);
  const filters = [
    [3, 3, 2, 4],
    [3, 3, 4, 3],
    [4, 4, 4, 1],
  ].map((shape) => tf.variable(draw(random, shape, 0.4)) as tf.Variable);
  const [real, fake] = [draw(random, [3, 8, 8, 2], 1), draw(random, [3, 8, 8, 2], 1)] as tf.Tensor4D[];
  const mixing = tf.tensor1d([0.2, 0.5, 0.9]);
  const step = (a: tf.Tensor4D, b: tf.Tensor4D, t: tf.Tensor) => {
    const critic = (x: tf.Tensor4D) => score(x, filters as unknown as tf.Tensor4D[], normalise);
    const { value, grads } = tf.variableGrads(
      () => tf.add(gradientPenalty(critic, a, b, t), zeroCentredPenalty(critic, a, 4)) as tf.Scalar,
      filters,
    );
    return [value, ...filters.map(({ name }) => grads[name] as tf.Tensor)];
  };
  const run = compiled ? compile(step) : (...given: Parameters<typeof step>) => tf.tidy(() => step(...given));
  const results = run(real as tf.Tensor4D, fake as tf.Tensor4D, mixing);
  const values = results.flatMap((result) => [...result.dataSync()]);
  tf.dispose([...results, ...filters, real, fake, mixing]);
  return values;
}

it.each([
  ["no normalisation", []],
  ["batch statistics", [0, 1, 2]],
  ["instance statistics", [1, 2]],
] as const)("penalties with %s are equal on tfjs-cpu and compiled", async (_name, axes) => {
  await useCpuBackend();
  const plain = penaltyGradients(axes, false);
  await tf.setBackend("ort");
  const compiled = penaltyGradients(axes, true);
  const norm = Math.hypot(...plain);
  expect(norm).toBeGreaterThan(1e-2);
  expect(Math.hypot(...plain.map((value, index) => value - (compiled[index] as number))) / norm).toBeLessThan(
    1e-4,
  );
});
