import * as tf from "@tensorflow/tfjs-core";
import { afterEach, describe, expect, it } from "vitest";
import { compile, configure, explain } from "../index.js";
import { imageBlock } from "../runtime/image-block.js";
import { expectParity, seededTensor } from "./parity.test-helper.js";

type Image = tf.Tensor4D;

const image = (batch: number, size: number, channels: number, seed: number): Image =>
  seededTensor<tf.Rank.R4>([batch, size, size, channels], seed);

/** A convolution of images joined with others along their channels, up, down and split again. */
function network(batch: number, widths: readonly number[]): (...given: tf.Tensor[]) => tf.Tensor {
  const total = widths.reduce((sum, width) => sum + width, 0);
  return (x, up, ...more) => {
    const parts = widths.map((_, index) => tf.relu(tf.conv2d(x as Image, more[index] as Image, 1, "same")));
    const joined = tf.concat(parts, 3) as Image;
    const wide = tf.conv2dTranspose(joined, up as Image, [batch, 8, 8, total], 2, 1);
    const back = tf.conv2d(tf.leakyRelu(wide, 0.2), up as Image, 2, 1);
    const pieces = tf.split(back, [...widths], 3);
    return tf.addN(pieces.map((piece, index) => tf.mean(tf.square(tf.mul(piece, index + 1)))));
  };
}

describe("channels that are joined and taken apart", () => {
  afterEach(() => configure({ withoutPasses: new Set(), refuseFallback: false }));

  it.each([
    { batch: 1, widths: [16, 16] },
    { batch: 2, widths: [32, 10] },
    { batch: 16, widths: [10, 32] },
    { batch: 3, widths: [3, 3] },
    { batch: 2, widths: [16, 5, 32] },
    { batch: 1, widths: [24, 8, 3] },
  ])("$batch images of $widths channels, with their gradients", async ({ batch, widths }) => {
    const total = widths.reduce((sum, width) => sum + width, 0);
    const inputs = (): tf.Tensor[] => [
      image(batch, 4, 2, 1),
      seededTensor([4, 4, total, total], 2),
      ...widths.map((width, index) => seededTensor([3, 3, 2, width], 3 + index)),
    ];
    const run = network(batch, widths);
    await expectParity(
      ["Concat", "SplitV", "Conv2D", "Conv2DBackpropInput", "Conv2DBackpropFilter"],
      () => [run(...inputs()), ...tf.grads(run)(inputs())],
      5e-5,
    );
  });

  it("slices whole blocks and the batch where they lie", () =>
    expectParity(["Slice", "Conv2D"], () => {
      const y = tf.relu(tf.conv2d(image(3, 5, 4, 1), seededTensor<tf.Rank.R4>([3, 3, 4, 48], 2), 1, "same"));
      return [
        tf.slice(y, [0, 0, 0, 16], [3, 5, 5, 16]),
        tf.relu(tf.slice(y, [1, 0, 0, 0], [2, 5, 5, 48])),
        tf.slice(y, [0, 0, 0, 3], [3, 5, 5, 20]),
        tf.concat([y, tf.neg(y)], 0),
        tf.concat([y, image(3, 5, 16, 4)], 3),
      ];
    }));

  it.skipIf(imageBlock() === undefined)("makes no channels that nobody reads", async () => {
    await tf.setBackend("ort");
    const [dy, filter] = [image(2, 4, 32, 1), seededTensor<tf.Rank.R4>([4, 4, 42, 32], 2)];
    const operations = (): number => {
      const first = compile(
        (a: tf.Tensor, b: tf.Tensor) =>
          tf.split(
            tf.conv2dTranspose(a as Image, b as Image, [2, 8, 8, 42], 2, 1),
            [32, 10],
            3,
          )[0] as tf.Tensor,
        { name: "firstChannels" },
      );
      first(dy, filter).dispose();
      const made = explain().graphs.find(({ name }) => name === "firstChannels")?.operations ?? 0;
      first.dispose();
      return made;
    };
    const some = operations();
    configure({ withoutPasses: new Set(["joined"]) });
    expect(some).toBeLessThan(0.8 * operations());
  });
});

it("pads the filter of a convolution into few channels", () =>
  expectParity(["Conv2D", "Conv2DBackpropInput", "Conv2DBackpropFilter"], () => {
    const convolve = (x: tf.Tensor, filter: tf.Tensor): tf.Tensor =>
      tf.tanh(tf.conv2d(tf.relu(x as Image), filter as Image, 1, 3));
    const inputs: [tf.Tensor, tf.Tensor] = [image(2, 12, 16, 1), seededTensor([7, 7, 16, 3], 2)];
    return [convolve(...inputs), ...tf.grads(convolve)(inputs)];
  }));
