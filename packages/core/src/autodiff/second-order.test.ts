import { checkGradients, type TensorFunction, useCpuBackend } from "@gan/test-kit";
import * as tf from "@tensorflow/tfjs-core";
import { beforeAll, expect, it } from "vitest";
import "./index.js";

beforeAll(useCpuBackend);

/** Distinct values, none nearer to 0 than 0.1 or to each other than 0.03, in mixed order. */
function spread(shape: number[], offset = 0): tf.Tensor {
  const size = shape.reduce((product, length) => product * length, 1);
  const values = Array.from({ length: size }, (_, index) => {
    const place = (index * 7 + 3 + offset) % size;
    return (place - size / 2 + (place >= size / 2 ? 0.5 + 3 : -3)) * Math.max(0.034, 2 / size);
  });
  return tf.tensor(values, shape);
}
const positive = (shape: number[]) => tf.tidy(() => tf.add(tf.abs(spread(shape)), 0.5));

const picture = [1, 4, 4, 2];
const images = (compute: (x: tf.Tensor4D) => tf.Tensor): [TensorFunction, number[][]] => [
  // Squared afterwards, so that the gradient depends on the picture.
  (x) => tf.square(compute(x as tf.Tensor4D)),
  [picture],
];
const vector = (compute: (x: tf.Tensor) => tf.Tensor): [TensorFunction, number[][]] => [compute, [[2, 6]]];

const cases: Record<string, [TensorFunction, number[][]]> = {
  tanh: vector(tf.tanh),
  sigmoid: vector(tf.sigmoid),
  exp: vector(tf.exp),
  elu: vector(tf.elu),
  selu: vector(tf.selu),
  softplus: vector(tf.softplus),
  softmax: vector((x) => tf.softmax(x)),
  "leaky relu": vector((x) => tf.square(tf.leakyRelu(x, 0.2))),
  relu: vector((x) => tf.square(tf.relu(x))),
  relu6: vector((x) => tf.square(tf.relu6(x))),
  abs: vector((x) => tf.mul(tf.abs(x), tf.square(x))),
  "clip by value": vector((x) => tf.square(tf.clipByValue(x, -1.01, 0.99))),
  max: vector((x) => tf.square(tf.max(x, 1))),
  min: vector((x) => tf.square(tf.min(x, 0))),
  "cumulative sum": vector((x) => tf.square(tf.cumsum(x, 0))),
  tile: vector((x) => tf.square(tf.tile(x, [3, 2]))),
  where: vector((x) => tf.where(tf.greater(x, 0), tf.square(x), tf.mul(x, tf.exp(x)))),
  prelu: [(x, a) => tf.square(tf.prelu(x as tf.Tensor, a as tf.Tensor)), [[2, 6], [6]]],
  maximum: [(a, b) => tf.square(tf.maximum(a as tf.Tensor, tf.mul(b as tf.Tensor, 0.3))), [[2, 6], [6]]],
  minimum: [(a, b) => tf.square(tf.minimum(a as tf.Tensor, tf.mul(b as tf.Tensor, 0.3))), [[2, 6], [6]]],
  "squared difference": [
    (a, b) => tf.square(tf.squaredDifference(a as tf.Tensor, b as tf.Tensor)),
    [[2, 6], [6]],
  ],
  "average pool": images((x) => tf.avgPool(x, 3, 1, "valid")),
  "average pool over padding": images((x) => tf.avgPool(x, 3, 1, "same")),
  "max pool": images((x) => tf.maxPool(x, 2, 2, "valid")),
  "overlapping max pool": images((x) => tf.maxPool(x, 3, 2, "same")),
  "bilinear resize": images((x) => tf.image.resizeBilinear(x, [6, 7])),
  "bilinear resize, aligned corners": images((x) => tf.image.resizeBilinear(x, [7, 6], true)),
  "nearest resize": images((x) => tf.image.resizeNearestNeighbor(x, [8, 8])),
  "reflection pad": images((x) =>
    tf.mirrorPad(
      x,
      [
        [0, 0],
        [2, 1],
        [1, 3],
        [0, 0],
      ],
      "reflect",
    ),
  ),
  "symmetric pad": images((x) =>
    tf.mirrorPad(
      x,
      [
        [0, 0],
        [2, 1],
        [1, 3],
        [0, 0],
      ],
      "symmetric",
    ),
  ),
  convolution: [(x, w) => tf.conv2d(x as tf.Tensor4D, w as tf.Tensor4D, 2, "same"), [picture, [3, 3, 2, 2]]],
  "transposed convolution": [
    (x, w) => tf.conv2dTranspose(x as tf.Tensor4D, w as tf.Tensor4D, [1, 8, 8, 2], 2, "same"),
    [picture, [4, 4, 2, 2]],
  ],
  "depthwise convolution": [
    (x, w) => tf.depthwiseConv2d(x as tf.Tensor4D, w as tf.Tensor4D, 1, "same"),
    [picture, [3, 3, 2, 1]],
  ],
};

it.each(Object.entries(cases))("%s has right first and second derivatives", (_name, [compute, shapes]) => {
  const inputs = shapes.map((shape, index) => spread(shape, index));
  const { first, second } = checkGradients(compute, inputs);
  expect(first).toBeLessThan(1e-2);
  expect(second).toBeLessThan(1e-2);
});

it.each([
  ["rsqrt", (x: tf.Tensor) => tf.rsqrt(x)],
  ["sqrt", (x: tf.Tensor) => tf.sqrt(x)],
  ["log", (x: tf.Tensor) => tf.log(x)],
  ["power", (x: tf.Tensor) => tf.pow(x, tf.add(x, 0.3))],
] as const)("%s has right first and second derivatives", (_name, compute) => {
  const { first, second } = checkGradients((x) => compute(x as tf.Tensor), [positive([2, 4])]);
  expect(first).toBeLessThan(1e-2);
  expect(second).toBeLessThan(1e-2);
});
