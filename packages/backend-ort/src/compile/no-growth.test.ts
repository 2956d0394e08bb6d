// tfjs-core in Node comes without gradients; tfjs-layers registers them.
import "@tensorflow/tfjs-layers";
import { setFlagsFromString } from "node:v8";
import { runInNewContext } from "node:vm";
import * as tf from "@tensorflow/tfjs-core";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { compile, explain } from "../index.js";
import { seededTensor } from "../kernels/parity.test-helper.js";

setFlagsFromString("--expose-gc");
const collectGarbage = runInNewContext("gc") as () => void;

/** What must not grow, exactly; then megabytes of JavaScript's heap, of its buffers and of the process. */
function usage(): { exact: number[]; megabytes: number[] } {
  collectGarbage();
  // Buffers found dead are freed beside; the next collection waits for that.
  collectGarbage();
  const { numTensors, numDataBuffers, numBytes } = tf.memory();
  const { pooledBytes, graphs } = explain();
  const { heapUsed, arrayBuffers, rss } = process.memoryUsage();
  return {
    exact: [numTensors, numDataBuffers, numBytes, tf.backend().numDataIds(), pooledBytes, graphs.length],
    megabytes: [heapUsed, arrayBuffers, rss].map((bytes) => bytes / 2 ** 20),
  };
}

function expectNoGrowth(step: (index: number) => void, warmUp: number, steps: number): void {
  for (let index = 0; index < warmUp; index++) step(index);
  const before = usage();
  for (let index = 0; index < steps; index++) step(warmUp + index);
  const after = usage();
  expect(after.exact).toEqual(before.exact);
  const growth = after.megabytes.map((value, index) => value - (before.megabytes[index] as number));
  expect(growth[0], "megabytes of heap").toBeLessThan(1);
  expect(growth[1], "megabytes of buffers").toBeLessThan(1);
  expect(growth[2], "megabytes of the process").toBeLessThan(16);
}

beforeEach(async () => {
  await tf.setBackend("ort");
});
afterEach(() => tf.disposeVariables());

describe("nothing grows", () => {
  it("over 2,000 replays of a training step", () => {
    const weights = tf.tidy(() => [
      tf.variable(tf.mul(seededTensor<tf.Rank.R4>([3, 3, 3, 16], 1), 0.3)),
      tf.variable(tf.mul(seededTensor<tf.Rank.R2>([4 * 4 * 16, 1], 2), 0.1)),
    ]);
    const [filter, dense] = weights as [tf.Variable<tf.Rank.R4>, tf.Variable<tf.Rank.R2>];
    const optimizer = tf.train.adam(0.001);
    const step = compile(
      (x: tf.Tensor4D) =>
        optimizer.minimize(() => {
          const features = tf.leakyRelu(tf.conv2d(x, filter, 2, "same"), 0.2);
          return tf.mean(tf.square(tf.sub(tf.matMul(tf.reshape(features, [-1, 256]), dense), 1)));
        }, true) as tf.Scalar,
    );
    const losses: number[] = [];
    expectNoGrowth(
      (index) => {
        const x = seededTensor<tf.Rank.R4>([4, 8, 8, 3], index % 7);
        const loss = step(x);
        // Reading now and then takes the loss's buffer out of the pool, for good.
        if (index % 10 === 0) losses.push(loss.dataSync()[0] as number);
        tf.dispose([x, loss]);
      },
      1000,
      2000,
    );
    expect(losses.at(-1)).toBeLessThan((losses[0] as number) / 4);
    step.dispose();
    optimizer.dispose();
  });

  it("over 1,000 steps of eager training", () => {
    const v = tf.tidy(() => tf.variable(seededTensor<tf.Rank.R2>([6, 6], 3)));
    const optimizer = tf.train.sgd(0.01);
    expectNoGrowth(
      (index) => {
        const x = seededTensor<tf.Rank.R2>([6, 4], index % 5);
        const loss = optimizer.minimize(() => tf.mean(tf.square(tf.matMul(v, x))), true) as tf.Scalar;
        loss.dataSync();
        tf.dispose([x, loss]);
      },
      300,
      1000,
    );
    optimizer.dispose();
  });

  it("over 150 functions compiled and disposed", () => {
    const v = tf.tidy(() => tf.variable(seededTensor<tf.Rank.R1>([1000], 3)));
    const outer = tf.range(0, 30_000);
    expectNoGrowth(
      (index) => {
        const step = compile((x: tf.Tensor) => {
          v.assign(tf.add(v, x));
          return tf.add(tf.sum(outer), tf.mul(tf.sum(v), index % 3));
        });
        const x = tf.scalar(index);
        tf.dispose([x, step(x)]);
        step.dispose();
      },
      150,
      150,
    );
    outer.dispose();
  });
});
