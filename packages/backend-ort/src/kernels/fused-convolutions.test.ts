import * as tf from "@tensorflow/tfjs-core";
import { afterEach, beforeAll, describe, expect, it } from "vitest";
import type { Pass } from "../index.js";
import { compile, configure, explain } from "../index.js";
import { imageBlock } from "../runtime/image-block.js";
import { seededTensor } from "./parity.test-helper.js";

beforeAll(async () => void (await tf.setBackend("ort")));
afterEach(() => configure({ withoutPasses: new Set() }));

type Image = tf.Tensor4D;
const bias = seededTensor<tf.Rank.R1>([32], 3);
const kinds = {
  convolution: {
    filter: seededTensor<tf.Rank.R4>([3, 3, 32, 32], 1),
    fused: (x: Image, filter: Image) =>
      tf.fused.conv2d({ x, filter, strides: 1, pad: "same", bias, activation: "relu6" }),
    apart: (x: Image, filter: Image) => tf.relu6(tf.add(tf.conv2d(x, filter, 1, "same"), bias)),
  },
  "depthwise convolution": {
    filter: seededTensor<tf.Rank.R4>([3, 3, 32, 1], 2),
    fused: (x: Image, filter: Image) =>
      tf.fused.depthwiseConv2d({ x, filter, strides: 1, pad: "same", bias, activation: "relu6" }),
    apart: (x: Image, filter: Image) => tf.relu6(tf.add(tf.depthwiseConv2d(x, filter, 1, "same"), bias)),
  },
};

/** Passes over the image that the blocked layout saves, on machines that have it. */
const saved = imageBlock() === undefined ? 0 : 2;

/** What a function makes of an image, and how many nodes compute it. */
function run(form: (x: Image, filter: Image) => tf.Tensor, filter: Image, without: readonly Pass[] = []) {
  configure({ withoutPasses: new Set(without) });
  const compiled = compile(form, { name: "fusedConvolution" });
  const y = compiled(seededTensor<tf.Rank.R4>([1, 12, 12, 32], 4), filter);
  const values = Array.from(y.dataSync());
  const nodes = explain().graphs.find(({ name }) => name === "fusedConvolution")?.nodes as number;
  tf.dispose(y);
  compiled.dispose();
  return { values, nodes };
}

describe.each(Object.entries(kinds))("a fused %s with bias and relu6", (_, { filter, fused, apart }) => {
  it("is one node between the layouts, as the same operators apart", () => {
    const [one, three] = [run(fused, filter), run(apart, filter)];
    expect(one.nodes).toBe(three.nodes);
    expect(run(fused, filter, ["biases", "activations"]).nodes).toBe(one.nodes + saved);
    const differences = one.values.map((value, at) => Math.abs(value - (three.values[at] as number)));
    expect(Math.max(...differences)).toBeLessThan(1e-5);
    expect(new Set(one.values).size).toBeGreaterThan(100);
  });
});
