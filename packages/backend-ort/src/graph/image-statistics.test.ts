import * as tf from "@tensorflow/tfjs-core";
import { describe, expect, it } from "vitest";
import { compile } from "../index.js";
import { expectParity, seededTensor } from "../kernels/parity.test-helper.js";

describe.each([16, 3])("the variance of a convolution's result with %i channels", (channels) => {
  it.each([0, 10, 1000])("keeps its digits with a mean of %d deviations", async (mean) => {
    await tf.setBackend("ort");
    const identity = tf.reshape(tf.eye(channels), [1, 1, channels, channels]) as tf.Tensor4D;
    const noise = tf.randomNormal([8, 6, 5, channels], 0, 1, "float32", 7);
    const statistics = compile((x: tf.Tensor4D) => tf.moments(tf.conv2d(x, identity, 1, "same"), [0, 1, 2]));
    const { mean: found, variance } = statistics(tf.add(noise, mean) as tf.Tensor4D);
    const expected = tf.moments(noise, [0, 1, 2]).variance.dataSync();
    for (const [channel, value] of variance.dataSync().entries()) {
      const relative = Math.abs(value / (expected[channel] as number) - 1);
      expect(relative).toBeLessThan(mean === 1000 ? 1e-3 : 1e-5);
    }
    expect(Math.abs((found.dataSync()[0] as number) - mean)).toBeLessThan(0.5);
    statistics.dispose();
  });
});

it("sums images of more pixels than are added in sequence", async () => {
  const identity = (): tf.Tensor4D => tf.reshape(tf.eye(16), [1, 1, 16, 16]) as tf.Tensor4D;
  await expectParity(
    ["Conv2D", "Sum"],
    () => {
      const x = tf.conv2d(seededTensor<tf.Rank.R4>([2, 60, 70, 16], 1), identity(), 1, "same");
      const y = tf.conv2d(seededTensor<tf.Rank.R4>([2, 60, 70, 16], 2), identity(), 1, "same");
      return [tf.sum(x, [0, 1, 2]), tf.sum(tf.mul(x, y), [0, 1, 2]), tf.sum(tf.mul(x, x), [0, 1, 2])];
    },
    1e-6,
  );
});
