import * as tf from "@tensorflow/tfjs-core";
import { describe, it } from "vitest";
import { expectParity, runKernel, seededTensor } from "./parity.test-helper.js";

interface Case {
  readonly x: readonly [number, number, number, number];
  readonly filter: readonly [number, number, number, number];
  readonly strides: number | [number, number];
  readonly pad: "same" | "valid" | number | [[0, 0], [number, number], [number, number], [0, 0]];
  readonly dilations?: number | [number, number];
  readonly rounding?: "floor" | "round" | "ceil";
}

const CASES: readonly Case[] = [
  { x: [2, 8, 8, 3], filter: [4, 4, 3, 5], strides: 2, pad: "same" },
  { x: [2, 7, 9, 3], filter: [3, 3, 3, 4], strides: 1, pad: "same" },
  { x: [2, 7, 9, 3], filter: [3, 2, 3, 4], strides: [2, 3], pad: "valid" },
  { x: [1, 8, 8, 2], filter: [3, 3, 2, 1], strides: 2, pad: "valid" },
  { x: [3, 5, 5, 1], filter: [1, 1, 1, 6], strides: 1, pad: "valid" },
  { x: [2, 7, 7, 3], filter: [1, 1, 3, 2], strides: 3, pad: "same" },
  { x: [2, 6, 6, 3], filter: [3, 3, 3, 2], strides: 1, pad: 1 },
  { x: [2, 6, 6, 3], filter: [3, 3, 3, 2], strides: 2, pad: 2 },
  { x: [1, 4, 4, 2], filter: [1, 1, 2, 3], strides: 1, pad: 2 },
  {
    x: [2, 6, 7, 3],
    filter: [3, 3, 3, 2],
    strides: 2,
    pad: [
      [0, 0],
      [1, 0],
      [0, 2],
      [0, 0],
    ],
  },
  { x: [2, 6, 6, 3], filter: [3, 3, 3, 2], strides: 2, pad: 0, rounding: "ceil" },
  { x: [2, 7, 6, 3], filter: [2, 2, 3, 2], strides: 3, pad: 1, rounding: "floor" },
  { x: [2, 8, 6, 3], filter: [3, 3, 3, 2], strides: 2, pad: 1, rounding: "round" },
];

const DILATED: readonly Case[] = [
  { x: [2, 9, 9, 3], filter: [3, 3, 3, 4], strides: 1, pad: "same", dilations: 2 },
  { x: [2, 9, 8, 3], filter: [3, 2, 3, 4], strides: 1, pad: "valid", dilations: [2, 3] },
  { x: [1, 9, 9, 2], filter: [2, 2, 2, 2], strides: 1, pad: 3, dilations: 4 },
];

const title = ({ x, filter, strides, pad, dilations, rounding }: Case): string =>
  `x [${x}] filter [${filter}] strides ${strides} pad ${JSON.stringify(pad)} dilations ${dilations ?? 1} ${rounding ?? ""}`;

const tensor4d = (shape: readonly number[], seed: number): tf.Tensor4D =>
  seededTensor<tf.Rank.R4>(shape, seed);

function convolve(x: tf.Tensor4D, filter: tf.Tensor4D, test: Case): tf.Tensor4D {
  return tf.conv2d(x, filter, test.strides, test.pad, "NHWC", test.dilations ?? 1, test.rounding);
}

describe("Conv2D", () => {
  it.each([...CASES, ...DILATED].map((test) => [title(test), test] as const))("%s", (_, test) =>
    expectParity("Conv2D", () => convolve(tensor4d(test.x, 1), tensor4d(test.filter, 2), test)),
  );
});

describe("Conv2DBackpropInput and Conv2DBackpropFilter", () => {
  it.each(CASES.map((test) => [title(test), test] as const))("%s", (_, test) =>
    expectParity(["Conv2DBackpropInput", "Conv2DBackpropFilter"], () => {
      const gradients = tf.grads((x: tf.Tensor, filter: tf.Tensor) => {
        const y = convolve(x as tf.Tensor4D, filter as tf.Tensor4D, test);
        return tf.mul(y, tensor4d(y.shape, 3));
      });
      return gradients([tensor4d(test.x, 1), tensor4d(test.filter, 2)]);
    }),
  );

  it("conv2dTranspose and its gradients", () =>
    expectParity(["Conv2DBackpropInput", "Conv2D", "Conv2DBackpropFilter"], () => {
      const upscale = (x: tf.Tensor, filter: tf.Tensor): tf.Tensor =>
        tf.conv2dTranspose(x as tf.Tensor4D, filter as tf.Tensor4D, [2, 8, 8, 3], 2, "same");
      const inputs = [tensor4d([2, 4, 4, 5], 1), tensor4d([4, 4, 3, 5], 2)];
      return [upscale(...(inputs as [tf.Tensor, tf.Tensor])), ...tf.grads(upscale)(inputs)];
    }));
});

describe("FusedConv2D", () => {
  const activations = ["linear", "relu", "relu6", "elu", "prelu", "leakyrelu", "sigmoid"] as const;
  it.each(activations)("%s with one bias per channel", (activation) =>
    expectParity("FusedConv2D", () =>
      tf.fused.conv2d({
        x: tensor4d([2, 6, 6, 3], 1),
        filter: tensor4d([3, 3, 3, 4], 2),
        strides: 2,
        pad: "same",
        bias: seededTensor<tf.Rank.R1>([4], 3),
        activation,
        ...(activation === "prelu" ? { preluActivationWeights: seededTensor([4], 4) } : {}),
        leakyreluAlpha: 0.3,
      }),
    ),
  );

  it.each([[[]], [[1]], [[3, 3, 4]]])("a bias of shape [%s]", (shape) =>
    expectParity("FusedConv2D", () =>
      tf.fused.conv2d({
        x: tensor4d([2, 6, 6, 3], 1),
        filter: tensor4d([3, 3, 3, 4], 2),
        strides: 2,
        pad: "same",
        bias: seededTensor(shape, 3),
        activation: "relu",
      }),
    ),
  );
});

const DEPTHWISE: readonly Case[] = [
  { x: [2, 8, 8, 3], filter: [3, 3, 3, 1], strides: 1, pad: "same" },
  { x: [2, 8, 7, 3], filter: [3, 2, 3, 2], strides: 2, pad: "same" },
  { x: [2, 8, 8, 2], filter: [2, 2, 2, 3], strides: 2, pad: "valid" },
  { x: [1, 7, 7, 1], filter: [3, 3, 1, 2], strides: 1, pad: 1 },
  // Channels in blocks, one output for each: StyleGAN's filters among them.
  { x: [2, 9, 9, 16], filter: [4, 4, 16, 1], strides: 1, pad: 1 },
  { x: [2, 8, 8, 32], filter: [4, 4, 32, 1], strides: 2, pad: 1 },
  { x: [2, 9, 8, 16], filter: [3, 2, 16, 1], strides: [3, 2], pad: "same" },
  { x: [1, 8, 8, 16], filter: [3, 3, 16, 1], strides: 2, pad: "valid" },
  { x: [1, 6, 6, 16], filter: [3, 3, 16, 2], strides: 1, pad: "same" },
  { x: [2, 9, 7, 16], filter: [3, 3, 16, 1], strides: 2, pad: "valid" },
  {
    x: [1, 8, 8, 4],
    filter: [3, 3, 4, 1],
    strides: 3,
    pad: [
      [0, 0],
      [1, 2],
      [0, 1],
      [0, 0],
    ],
  },
  { x: [2, 6, 6, 3], filter: [3, 3, 3, 2], strides: 2, pad: 0, rounding: "ceil" },
];

describe("depthwise convolution", () => {
  const depthwise = (x: tf.Tensor, filter: tf.Tensor, test: Case): tf.Tensor =>
    tf.depthwiseConv2d(
      x as tf.Tensor4D,
      filter as tf.Tensor4D,
      test.strides,
      test.pad,
      "NHWC",
      test.dilations ?? 1,
      test.rounding,
    );

  const dilated: Case = { x: [2, 9, 9, 3], filter: [3, 3, 3, 2], strides: 1, pad: "same", dilations: 2 };
  const dilatedBlocks: Case = { ...dilated, x: [2, 9, 9, 16], filter: [3, 3, 16, 1] };
  it.each([...DEPTHWISE, dilated, dilatedBlocks].map((test) => [title(test), test] as const))(
    "forward: %s",
    (_, test) =>
      expectParity("DepthwiseConv2dNative", () =>
        depthwise(tensor4d(test.x, 1), tensor4d(test.filter, 2), test),
      ),
  );

  it.each(DEPTHWISE.map((test) => [title(test), test] as const))("gradients: %s", (_, test) =>
    expectParity(["DepthwiseConv2dNativeBackpropInput", "DepthwiseConv2dNativeBackpropFilter"], () => {
      const gradients = tf.grads((x: tf.Tensor, filter: tf.Tensor) => {
        const y = depthwise(x, filter, test);
        return tf.mul(y, seededTensor(y.shape, 3));
      });
      return gradients([tensor4d(test.x, 1), tensor4d(test.filter, 2)]);
    }),
  );

  it("FusedDepthwiseConv2D", () =>
    expectParity("FusedDepthwiseConv2D", () =>
      tf.fused.depthwiseConv2d({
        x: tensor4d([2, 6, 6, 3], 1),
        filter: tensor4d([3, 3, 3, 2], 2),
        strides: 1,
        pad: "same",
        bias: seededTensor<tf.Rank.R1>([6], 3),
        activation: "relu6",
      }),
    ));
});

describe("3D convolution", () => {
  const CASES_3D = [
    { x: [2, 5, 6, 7, 2], filter: [3, 3, 3, 2, 4], strides: 1, pad: "same" },
    { x: [1, 6, 6, 6, 2], filter: [2, 3, 2, 2, 3], strides: 2, pad: "valid" },
    { x: [1, 5, 7, 6, 2], filter: [3, 2, 3, 2, 3], strides: [1, 2, 2], pad: "same" },
    // tfjs's `same` with a stride above the filter's size skips leading elements.
    { x: [1, 7, 8, 7, 2], filter: [1, 1, 1, 2, 3], strides: 4, pad: "same" },
  ] as const;

  it.each(CASES_3D.map((test) => [JSON.stringify(test), test] as const))(
    "%s",
    (_, { x, filter, strides, pad }) =>
      expectParity(["Conv3D", "Conv3DBackpropInputV2", "Conv3DBackpropFilterV2"], () => {
        const convolve3d = (image: tf.Tensor, kernel: tf.Tensor): tf.Tensor => {
          const y = tf.conv3d(
            image as tf.Tensor5D,
            kernel as tf.Tensor5D,
            strides as number | [number, number, number],
            pad,
          );
          return tf.mul(y, seededTensor(y.shape, 3));
        };
        const inputs: [tf.Tensor, tf.Tensor] = [seededTensor(x, 1), seededTensor(filter, 2)];
        return [convolve3d(...inputs), ...tf.grads(convolve3d)(inputs)];
      }),
  );

  it("with dilation", () =>
    expectParity("Conv3D", () =>
      runKernel(
        "Conv3D",
        { x: seededTensor([1, 6, 6, 6, 2], 1), filter: seededTensor([2, 2, 2, 2, 3], 2) },
        { strides: 1, pad: "same", dataFormat: "NDHWC", dilations: 2 },
      ),
    ));
});
