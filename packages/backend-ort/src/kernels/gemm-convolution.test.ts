import * as tf from "@tensorflow/tfjs-core";
import { describe, expect, it } from "vitest";
import { GraphBuilder } from "../graph/builder.js";
import { operators } from "../graph/run-graph.test-helper.js";
import { imageBlock } from "../runtime/image-block.js";
import { gradientOfFilterByGemm, prefersGemmForFilter, prefersGemmForForward } from "./gemm-convolution.js";
import { expectParity, seededTensor } from "./parity.test-helper.js";
import type { WindowAxis } from "./windows.js";

type Shape = readonly [number, number, number, number];

interface Case {
  readonly x: Shape;
  readonly filter: Shape;
  readonly stride: number;
  readonly pad: number;
}

/** Few pixels, taps in the padding alone, channels of no whole block, few channels on either side. */
const CASES: readonly Case[] = [
  { x: [1, 2, 2, 32], filter: [4, 4, 32, 16], stride: 2, pad: 1 },
  { x: [1, 4, 4, 16], filter: [4, 4, 16, 32], stride: 2, pad: 1 },
  { x: [3, 4, 4, 16], filter: [4, 4, 16, 16], stride: 1, pad: 1 },
  { x: [1, 4, 4, 16], filter: [4, 4, 16, 8], stride: 1, pad: 0 },
  { x: [2, 12, 12, 42], filter: [4, 4, 42, 32], stride: 2, pad: 1 },
  { x: [2, 9, 12, 20], filter: [3, 3, 20, 18], stride: 3, pad: 1 },
  { x: [1, 14, 14, 16], filter: [7, 7, 16, 3], stride: 1, pad: 0 },
  { x: [1, 14, 14, 3], filter: [7, 7, 3, 16], stride: 1, pad: 0 },
  { x: [1, 12, 12, 64], filter: [3, 3, 64, 10], stride: 2, pad: 1 },
  { x: [1, 10, 12, 32], filter: [3, 3, 32, 64], stride: 1, pad: 0 },
  { x: [1, 9, 9, 32], filter: [1, 1, 32, 16], stride: 1, pad: 0 },
];

/** Sizes drawn by a linear congruential generator, whatever the channels. */
function randomCases(count: number): Case[] {
  let state = 20;
  const below = (limit: number): number => {
    state = (Math.imul(state, 1664525) + 1013904223) >>> 0;
    return Math.floor((state / 2 ** 32) * limit);
  };
  return Array.from({ length: count }, (): Case => {
    const [inner, outer] = [1 + below(40), 1 + below(40)];
    const filter: Shape = [1 + below(4), 1 + below(4), inner, outer];
    return {
      x: [1 + below(3), 4 + below(9), 4 + below(9), inner],
      filter,
      stride: 1 + below(3),
      pad: below(Math.min(filter[0], filter[1])),
    };
  });
}

describe("convolutions as products of patches", () => {
  it.each([...CASES, ...randomCases(24)])(
    "x [$x] filter [$filter] stride $stride pad $pad",
    ({ x, filter, stride, pad }) =>
      expectParity(["Conv2D", "Conv2DBackpropInput", "Conv2DBackpropFilter"], () => {
        const convolve = (image: tf.Tensor, kernel: tf.Tensor): tf.Tensor => {
          const y = tf.conv2d(image as tf.Tensor4D, kernel as tf.Tensor4D, stride, pad, "NHWC", 1, "floor");
          return tf.mul(tf.leakyRelu(y, 0.2), seededTensor(y.shape, 3));
        };
        const inputs: [tf.Tensor, tf.Tensor] = [seededTensor(x, 1), seededTensor(filter, 2)];
        return [convolve(...inputs), ...tf.grads(convolve)(inputs)];
      }),
  );
});

describe("which convolutions are products", () => {
  const graph = new GraphBuilder(imageBlock());
  const axis = (input: number, filter: number, stride: number): WindowAxis => {
    const output = Math.floor((input - filter) / stride) + 1;
    return { input, output, filter, stride, dilation: 1, before: 0, after: 0 };
  };
  const value = (shape: readonly number[]) => graph.input({ dtype: "float32", shape });
  const axes = [axis(34, 3, 1), axis(34, 3, 1)];

  it.skipIf(imageBlock() === undefined)("leaves large ones of whole blocks to the blocked layout", () => {
    const filter = value([3, 3, 64, 64]);
    expect(prefersGemmForForward(graph, value([1, 34, 34, 64]), filter, axes)).toBe(false);
    expect(prefersGemmForForward(graph, value([1, 34, 34, 42]), value([3, 3, 42, 64]), axes)).toBe(true);
    const few = [axis(4, 3, 1), axis(4, 3, 1)];
    expect(prefersGemmForForward(graph, value([1, 4, 4, 64]), filter, few)).toBe(true);
    expect(prefersGemmForFilter(graph, value([16, 34, 34, 64]), value([16, 32, 32, 64]), axes)).toBe(false);
    expect(prefersGemmForFilter(graph, value([1, 34, 34, 64]), value([1, 32, 32, 64]), axes)).toBe(true);
    const plain = new GraphBuilder(undefined);
    expect(prefersGemmForFilter(plain, value([1, 34, 34, 64]), value([1, 32, 32, 64]), axes)).toBe(false);
  });

  it("takes one gather and one product for a filter's gradient", () => {
    const gradient = gradientOfFilterByGemm(graph, value([1, 34, 34, 64]), value([1, 32, 32, 64]), axes);
    expect(operators(gradient).filter((type) => type !== "Reshape")).toEqual(["Gather", "Gemm"]);
  });
});
