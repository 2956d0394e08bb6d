import * as tf from "@tensorflow/tfjs-core";
import { describe, it } from "vitest";
import { expectParity, seededTensor } from "./parity.test-helper.js";

type Image = tf.Tensor4D;

/** What may stand between two convolutions, in whose layout it has to run. */
const BETWEEN: Readonly<Record<string, { kernels: string[]; run: (x: Image) => Image }>> = {
  "average pool": { kernels: ["AvgPool", "AvgPoolGrad"], run: (x) => tf.avgPool(x, 2, 2, "same") },
  "overlapping average pool": {
    kernels: ["AvgPool", "AvgPoolGrad"],
    run: (x) => tf.avgPool(x, 3, 2, "valid"),
  },
  "max pool": { kernels: ["MaxPool", "MaxPoolGrad"], run: (x) => tf.maxPool(x, 2, 2, "valid") },
  "padded max pool": { kernels: ["MaxPool", "MaxPoolGrad"], run: (x) => tf.maxPool(x, 3, 1, 1) },
  "pool over everything": { kernels: ["AvgPool", "AvgPoolGrad"], run: (x) => tf.avgPool(x, 8, 1, "valid") },
  "nearest neighbours": {
    kernels: ["ResizeNearestNeighbor", "ResizeNearestNeighborGrad"],
    run: (x) => tf.image.resizeNearestNeighbor(x, [16, 16]),
  },
  "bilinear, smaller": {
    kernels: ["ResizeBilinear", "ResizeBilinearGrad"],
    run: (x) => tf.image.resizeBilinear(x, [5, 5]),
  },
  "bilinear, larger": {
    kernels: ["ResizeBilinear", "ResizeBilinearGrad"],
    run: (x) => tf.image.resizeBilinear(x, [13, 13], true),
  },
  "zero padding": {
    kernels: ["PadV2"],
    run: (x) =>
      tf.pad(x, [
        [0, 0],
        [1, 2],
        [0, 3],
        [0, 0],
      ]),
  },
  "channel padding": {
    kernels: ["PadV2"],
    run: (x) =>
      tf.slice(
        tf.pad(x, [
          [0, 0],
          [0, 0],
          [1, 0],
          [2, 1],
        ]),
        [0, 0, 0, 1],
        [-1, -1, -1, x.shape[3]],
      ),
  },
  depthwise: {
    kernels: [
      "DepthwiseConv2dNative",
      "DepthwiseConv2dNativeBackpropInput",
      "DepthwiseConv2dNativeBackpropFilter",
    ],
    run: (x) => tf.depthwiseConv2d(x, seededTensor<tf.Rank.R4>([3, 3, x.shape[3], 1], 9), 1, "same"),
  },
  "batch norm": {
    kernels: ["FusedBatchNorm"],
    run: (x) => {
      const vector = (seed: number): tf.Tensor1D => seededTensor<tf.Rank.R1>([x.shape[3]], seed);
      return tf.batchNorm4d(x, vector(5), tf.add<tf.Tensor1D>(tf.abs(vector(6)), 0.5), vector(7), vector(8));
    },
  },
};

describe.each([16, 3])("between convolutions of %i channels", (channels) => {
  it.each(Object.entries(BETWEEN))("%s", (_, { kernels, run }) =>
    expectParity(
      kernels.filter((kernel) => !kernel.endsWith("BackpropFilter")),
      () => {
        const network = (image: tf.Tensor, first: tf.Tensor, second: tf.Tensor): tf.Tensor => {
          const inner = tf.leakyRelu(tf.conv2d(image as Image, first as Image, 1, "same"), 0.2);
          const outer = tf.conv2d(run(inner as Image), second as Image, 1, "same");
          return tf.mul(outer, seededTensor(outer.shape, 4));
        };
        const inputs = [
          seededTensor([1, 8, 8, channels], 1),
          seededTensor([3, 3, channels, channels], 2),
          seededTensor([3, 3, channels, channels], 3),
        ] as const;
        return [network(...inputs), ...tf.grads(network)([...inputs])];
      },
      1e-4,
    ),
  );

  it("mirror padding", () =>
    expectParity(
      ["MirrorPad", "FlipLeftRight"],
      () => {
        const filter = seededTensor<tf.Rank.R4>([3, 3, channels, channels], 2);
        const image = tf.conv2d(seededTensor<tf.Rank.R4>([2, 6, 6, channels], 1), filter, 1, "same");
        const sides: [number, number][] = [
          [0, 0],
          [2, 1],
          [3, 3],
          [0, 0],
        ];
        return [
          tf.conv2d(tf.mirrorPad(image, sides, "reflect"), filter, 1, "valid"),
          tf.conv2d(tf.mirrorPad(image, sides, "symmetric"), filter, 1, "valid"),
          tf.conv2d(tf.image.flipLeftRight(image), filter, 1, "valid"),
        ];
      },
      1e-4,
    ));
});

describe("convolutions of NCHW images", () => {
  const pads = [
    "same",
    "valid",
    1,
    [
      [0, 0],
      [0, 0],
      [1, 0],
      [0, 2],
    ] as [[number, number], [number, number], [number, number], [number, number]],
  ] as const;

  it.each(pads.map((pad) => ({ pad })))("padded $pad, and gradients", ({ pad }) =>
    expectParity(["Conv2D", "Conv2DBackpropInput", "Conv2DBackpropFilter"], () => {
      const convolve = (x: tf.Tensor, filter: tf.Tensor): tf.Tensor => {
        const y = tf.conv2d(x as Image, filter as Image, 2, pad, "NCHW");
        return tf.mul(y, seededTensor(y.shape, 3));
      };
      const inputs = [seededTensor([2, 3, 8, 7], 1), seededTensor([3, 3, 3, 4], 2)] as const;
      return [convolve(...inputs), ...tf.grads(convolve)([...inputs])];
    }),
  );

  it("fused with bias and slopes", () =>
    expectParity("FusedConv2D", () =>
      [[], [2], [2, 1, 1]].map((slopes) =>
        tf.fused.conv2d({
          x: seededTensor<tf.Rank.R4>([2, 3, 8, 8], 1),
          filter: seededTensor<tf.Rank.R4>([3, 3, 3, 2], 2),
          strides: 2,
          pad: "same",
          dataFormat: "NCHW",
          bias: seededTensor<tf.Rank.R1>([2], 3),
          activation: "prelu",
          preluActivationWeights: seededTensor(slopes, 4),
        }),
      ),
    ));
});
