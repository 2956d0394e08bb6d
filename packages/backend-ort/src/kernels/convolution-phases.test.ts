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

/** Runs it on tfjs-backend-cpu too; every element may differ by 1e-4. */
async function expectLikeCpu(compute: () => Float32Array): Promise<void> {
  await tf.setBackend("ort");
  const given = compute();
  await tf.setBackend("cpu");
  const expected = compute();
  await tf.setBackend("ort");
  for (const [index, value] of expected.entries()) {
    expect(Math.abs((given[index] as number) - value)).toBeLessThan(1e-4);
  }
}

/** A transposed convolution of seeded numbers; of dy with up to 64 pixels it would be a matrix product. */
function scatter(
  dyShape: readonly [number, number, number, number],
  filterShape: readonly [number, number, number, number],
  shape: readonly [number, number, number, number],
  strides: number | [number, number],
  pad: "same" | "valid",
): Float32Array {
  return tf.tidy(() => {
    const dy = tf.randomNormal<tf.Rank.R4>([...dyShape], 0, 1, "float32", 1);
    const filter = tf.randomNormal<tf.Rank.R4>([...filterShape], 0, 0.02, "float32", 2);
    return tf.conv2dTranspose(dy, filter, [...shape], strides, pad).dataSync<"float32">();
  });
}

it.each(["same", "valid"] as const)("a split convolution equals tfjs-backend-cpu's, padding %s", (pad) =>
  expectLikeCpu(() => convolve(pad)),
);

// Filters dealt out at once, and larger ones sliced phase by phase.
it.each([32, 128])("an input gradient in phases equals tfjs-backend-cpu's, %i channels", (channels) =>
  expectLikeCpu(() => scatter([4, 6, 5, channels], [6, 4, 64, channels], [4, 18, 10, 64], [3, 2], "same")),
);

it.each([
  ["valid", [8, 17, 19, 16]],
  ["same", [8, 15, 17, 16]],
] as const)("a gradient's sides need not divide by the stride, padding %s", (pad, shape) =>
  expectLikeCpu(() => scatter([8, 8, 9, 32], [3, 3, 16, 32], shape, 2, pad)),
);
