import * as tf from "@tensorflow/tfjs-core";
import { describe, it } from "vitest";
import { expectParity, runKernel, seededTensor } from "./parity.test-helper.js";

describe("FusedBatchNorm", () => {
  const positive = (shape: readonly number[], seed: number): tf.Tensor =>
    tf.add(tf.abs(seededTensor(shape, seed)), 0.1);

  it.each([
    [[2, 4, 4, 3], [3]],
    [
      [2, 1, 1, 3],
      [1, 1, 1, 3],
    ],
    [
      [2, 3, 2, 3],
      [2, 3, 2, 3],
    ],
    [[5, 4], [4]],
    [
      [5, 4],
      [5, 4],
    ],
    [[2, 3, 4], [4]],
  ])("x [%s], statistics [%s]", (shape, statistics) =>
    expectParity("FusedBatchNorm", () => {
      const x = seededTensor(shape, 1);
      const [mean, variance] = [seededTensor(statistics, 2), positive(statistics, 3)];
      const [offset, scale] = [seededTensor(statistics, 4), seededTensor(statistics, 5)];
      return [
        tf.batchNorm(
          x,
          mean as tf.Tensor1D,
          variance as tf.Tensor1D,
          offset as tf.Tensor1D,
          scale as tf.Tensor1D,
          1e-3,
        ),
        tf.batchNorm(x, mean as tf.Tensor1D, variance as tf.Tensor1D),
        tf.batchNorm(x, mean as tf.Tensor1D, variance as tf.Tensor1D, undefined, scale as tf.Tensor1D),
        tf.batchNorm(x, mean as tf.Tensor1D, variance as tf.Tensor1D, offset as tf.Tensor1D, undefined, 0.1),
      ];
    }),
  );

  it("and its gradients", () =>
    expectParity("FusedBatchNorm", () =>
      tf.grads((x: tf.Tensor, mean: tf.Tensor, variance: tf.Tensor, offset: tf.Tensor, scale: tf.Tensor) =>
        tf.square(
          tf.batchNorm(
            x as tf.Tensor4D,
            mean as tf.Tensor1D,
            variance as tf.Tensor1D,
            offset as tf.Tensor1D,
            scale as tf.Tensor1D,
            1e-3,
          ),
        ),
      )([seededTensor([2, 3, 3, 4], 1), ...[2, 3, 4, 5].map((seed) => positive([4], seed))]),
    ));
});

describe("LRN and LRNGrad", () => {
  it.each([
    { channels: 6, depthRadius: 2, bias: 1, alpha: 0.5, beta: 0.5 },
    { channels: 3, depthRadius: 5, bias: 2, alpha: 1, beta: 0.75 },
    { channels: 4, depthRadius: 0, bias: 1, alpha: 0.1, beta: 1 },
    { channels: 1, depthRadius: 1, bias: 0.5, alpha: 2, beta: -0.5 },
    { channels: 5, depthRadius: 1, bias: 1.5, alpha: 0, beta: 0.5 },
  ])("%j", ({ channels, ...attributes }) =>
    expectParity(["LRN", "LRNGrad"], () => {
      const x = seededTensor([2, 3, 2, channels], 1);
      const y = runKernel("LRN", { x }, attributes);
      const dy = seededTensor(x.shape, 2);
      return [y, runKernel("LRNGrad", { x, y, dy }, attributes)];
    }),
  );
});
