// tfjs-core in Node comes without gradients; tfjs-layers registers them.
import "@tensorflow/tfjs-layers";
import * as tf from "@tensorflow/tfjs-core";
import { describe, it } from "vitest";
import { expectParity, seededTensor } from "../kernels/parity.test-helper.js";

type Image = tf.Tensor4D;
type Padding =
  | "same"
  | "valid"
  | number
  | [[number, number], [number, number], [number, number], [number, number]];

const CHANNELS = [3, 8, 16, 24, 32, 48];
const WINDOWS: readonly { size: [number, number]; kernel: number; stride: number; pad: Padding }[] = [
  { size: [8, 8], kernel: 4, stride: 2, pad: "same" },
  { size: [7, 9], kernel: 3, stride: 2, pad: "same" },
  { size: [9, 6], kernel: 5, stride: 3, pad: "valid" },
  { size: [20, 20], kernel: 4, stride: 2, pad: 1 },
  { size: [6, 5], kernel: 1, stride: 1, pad: "valid" },
  { size: [5, 7], kernel: 1, stride: 2, pad: "same" },
  {
    size: [6, 8],
    kernel: 3,
    stride: 1,
    pad: [
      [0, 0],
      [2, 1],
      [0, 2],
      [0, 0],
    ],
  },
  {
    size: [9, 9],
    kernel: 3,
    stride: 3,
    pad: [
      [0, 0],
      [1, 0],
      [2, 2],
      [0, 0],
    ],
  },
  { size: [4, 4], kernel: 4, stride: 1, pad: "valid" },
  { size: [5, 5], kernel: 5, stride: 2, pad: "same" },
];

/** Every window with two numbers of channels, every number of channels with several windows. */
const CASES = WINDOWS.flatMap((window, index) =>
  [index, index * 2 + 3].map((at) => ({
    ...window,
    inner: CHANNELS[at % CHANNELS.length] as number,
    outer: CHANNELS[(at + 1 + (index % 4)) % CHANNELS.length] as number,
  })),
);

/** Batch norm as training has it: by the batch's own moments. */
function batchNorm(x: Image, gamma: tf.Tensor, beta: tf.Tensor): Image {
  const { mean, variance } = tf.moments(x, [0, 1, 2]);
  return tf.add(tf.mul(tf.div(tf.sub(x, mean), tf.sqrt(tf.add(variance, 1e-3))), gamma), beta);
}

describe("a layer of convolution, batch norm and leaky ReLU, and its gradients", () => {
  it.each(CASES)("$inner to $outer channels of $size, kernel $kernel, stride $stride, pad $pad", (given) => {
    const { size, kernel, stride, pad, inner, outer } = given;
    const batch = 3;
    const network = (
      image: tf.Tensor,
      first: tf.Tensor,
      second: tf.Tensor,
      gamma: tf.Tensor,
      beta: tf.Tensor,
    ): tf.Tensor => {
      const x = tf.leakyRelu(tf.conv2d(image as Image, first as Image, 1, "same"), 0.2);
      const y = tf.leakyRelu(batchNorm(tf.conv2d(x, second as Image, stride, pad), gamma, beta), 0.2);
      return tf.mul(y, seededTensor(y.shape, 9));
    };
    return expectParity(
      ["Conv2D", "Conv2DBackpropFilter", "Conv2DBackpropInput"],
      () => {
        const inputs = [
          seededTensor([batch, ...size, 3], 1),
          seededTensor([3, 3, 3, inner], 2),
          tf.mul(seededTensor([kernel, kernel, inner, outer], 3), 0.5),
          tf.add(seededTensor([outer], 4), 1.5),
          seededTensor([outer], 5),
        ] as [tf.Tensor, tf.Tensor, tf.Tensor, tf.Tensor, tf.Tensor];
        return [network(...inputs), ...tf.grads(network)(inputs)];
      },
      5e-5,
    );
  });

  it.each([
    { size: [4, 4], kernel: 4, stride: 2, inner: 32, outer: 16 },
    { size: [3, 5], kernel: 5, stride: 3, inner: 16, outer: 3 },
    { size: [4, 3], kernel: 3, stride: 2, inner: 8, outer: 16 },
    { size: [1, 1], kernel: 4, stride: 1, inner: 24, outer: 48 },
  ])(
    "transposed: $inner to $outer channels of $size, kernel $kernel, stride $stride",
    ({ size, kernel, stride, inner, outer }) => {
      const pad = size[0] === 1 ? "valid" : "same";
      const extent = size.map((length) => (pad === "valid" ? length + kernel - 1 : length * stride));
      const network = (image: tf.Tensor, filter: tf.Tensor, gamma: tf.Tensor, beta: tf.Tensor): tf.Tensor => {
        const shape = [2, ...extent, outer] as [number, number, number, number];
        const y = tf.relu(
          batchNorm(tf.conv2dTranspose(image as Image, filter as Image, shape, stride, pad), gamma, beta),
        );
        return tf.mul(y, seededTensor(y.shape, 9));
      };
      return expectParity(
        ["Conv2D", "Conv2DBackpropFilter", "Conv2DBackpropInput"],
        () => {
          const inputs = [
            seededTensor([2, ...size, inner], 1),
            seededTensor([kernel, kernel, outer, inner], 2),
            tf.add(seededTensor([outer], 4), 1.5),
            seededTensor([outer], 5),
          ] as [tf.Tensor, tf.Tensor, tf.Tensor, tf.Tensor];
          return [network(...inputs), ...tf.grads(network)(inputs)];
        },
        5e-5,
      );
    },
  );
});
