import * as tf from "@tensorflow/tfjs-core";
import { expect, it } from "vitest";
import "../index.js";

/** Large and narrow enough for a convolution with a stride to be split: 67 million multiplications, 4 columns. */
function convolve(pad: "same" | "valid"): Float32Array {
  return tf.tidy(() => {
    const x = tf.randomNormal<tf.Rank.R4>([16, 8, 8, 128], 0, 1, "float32", 1);
    const filter = tf.randomNormal<tf.Rank.R4>([4, 4, 128, 128], 0, 0.02, "float32", 2);
    return tf.conv2d(x, filter, 2, pad).dataSync<"float32">();
  });
}

it.each(["same", "valid"] as const)(
  "a split convolution equals tfjs-backend-cpu's, padding %s",
  async (pad) => {
    await tf.setBackend("ort");
    const split = convolve(pad);
    await tf.setBackend("cpu");
    const expected = convolve(pad);
    await tf.setBackend("ort");
    for (const [index, value] of expected.entries()) {
      expect(Math.abs((split[index] as number) - value)).toBeLessThan(1e-4);
    }
  },
);

// Filters dealt out at once, and larger ones sliced phase by phase.
it.each([32, 128])("an input gradient in phases equals tfjs-backend-cpu's, %i channels", async (channels) => {
  const gradient = () =>
    tf.tidy(() => {
      const dy = tf.randomNormal<tf.Rank.R4>([2, 3, 5, channels], 0, 1, "float32", 1);
      const filter = tf.randomNormal<tf.Rank.R4>([6, 4, 64, channels], 0, 0.02, "float32", 2);
      return tf.conv2dTranspose(dy, filter, [2, 9, 10, 64], [3, 2], "same").dataSync<"float32">();
    });
  await tf.setBackend("ort");
  const phases = gradient();
  await tf.setBackend("cpu");
  const expected = gradient();
  await tf.setBackend("ort");
  for (const [index, value] of expected.entries()) {
    expect(Math.abs((phases[index] as number) - value)).toBeLessThan(1e-4);
  }
});

it.each([
  ["valid", [2, 9, 11, 16]],
  ["same", [2, 7, 9, 16]],
] as const)("a gradient's sides need not divide by the stride, padding %s", async (pad, shape) => {
  const gradient = () =>
    tf.tidy(() => {
      const dy = tf.randomNormal<tf.Rank.R4>([2, 4, 5, 32], 0, 1, "float32", 1);
      const filter = tf.randomNormal<tf.Rank.R4>([3, 3, 16, 32], 0, 0.1, "float32", 2);
      return tf.conv2dTranspose(dy, filter, [...shape], 2, pad).dataSync<"float32">();
    });
  await tf.setBackend("ort");
  const phases = gradient();
  await tf.setBackend("cpu");
  const expected = gradient();
  await tf.setBackend("ort");
  for (const [index, value] of expected.entries()) {
    expect(Math.abs((phases[index] as number) - value)).toBeLessThan(1e-4);
  }
});
