// tfjs-core in Node comes without gradients; tfjs-layers registers them.
import "@tensorflow/tfjs-layers";
import * as tf from "@tensorflow/tfjs-core";
import { seededTensor } from "../kernels/parity.test-helper.js";

/** Whole numbers, the same for the same seed. */
function randomIntegers(seed: number): (below: number) => number {
  let state = (seed * 2654435761 + 12345) >>> 0;
  return (below) => {
    state = (Math.imul(state ^ (state >>> 15), 0x2c1b3c6d) + 0x9e3779b9) >>> 0;
    return Math.floor((((state ^ (state >>> 13)) >>> 0) / 2 ** 32) * below);
  };
}

type Image = tf.Tensor4D;

/** The inputs of {@link combineImages}: an image, two filters, and one factor for each channel. */
export function imageInputs(channels: number, batch = 2): [Image, Image, Image, tf.Tensor1D] {
  return [
    seededTensor<tf.Rank.R4>([batch, 6, 6, 3], 1),
    seededTensor<tf.Rank.R4>([3, 3, 3, channels], 2),
    seededTensor<tf.Rank.R4>([3, 3, channels, channels], 3),
    tf.add<tf.Tensor1D>(seededTensor<tf.Rank.R1>([channels], 4), 1.5),
  ];
}

/** Where x > threshold, of which tfjs has no gradient. */
function above(x: Image, threshold: number): Image {
  const compare = tf.customGrad((v) => ({
    value: tf.greater(v as tf.Tensor, threshold),
    gradFunc: () => tf.zeros(x.shape),
  }));
  return compare(x) as Image;
}

/**
 * A random program of `steps` operations on the results of two convolutions, as autodiff and hand-written layers
 * combine them: with each other, with numbers and vectors per channel, through rectifiers, sums and selections.
 * Returns the images and vectors that it made, in order.
 */
export function combineImages(
  seed: number,
  steps: number,
  [x, first, second, factors]: readonly [Image, Image, Image, tf.Tensor1D],
): tf.Tensor[] {
  const random = randomIntegers(seed);
  const [channels, batch] = [factors.shape[0], x.shape[0]];
  const features = tf.conv2d(x, first, 1, "same");
  const images: Image[] = [features, tf.mul(tf.conv2d(tf.leakyRelu(features, 0.2), second, 1, "same"), 0.2)];
  const vectors: tf.Tensor[] = [factors];
  const image = (): Image => images[random(images.length)] as Image;
  const vector = (): tf.Tensor => vectors[random(vectors.length)] as tf.Tensor;
  const bounded = (v: tf.Tensor): tf.Tensor => tf.mul(tf.sigmoid(v), 1.5);
  const makers: (() => Image)[] = [
    () => tf.add(image(), image()),
    () => tf.sub(image(), image()),
    () => tf.mul(image(), tf.tanh(image())),
    () => tf.add(image(), vector()),
    () => tf.sub(vector(), image()) as Image,
    () => tf.mul(bounded(vector()), image()) as Image,
    () => tf.div(image(), tf.add(bounded(vector()), 0.5)),
    () => tf.mul(image(), [0.5, -1.25, 0, 1, -1][random(5)] as number),
    () => tf.add(image(), [0.5, -0.25, 0][random(3)] as number),
    () => tf.div(image(), 4),
    () => tf.leakyRelu(image(), [0.2, 0.01, 1][random(3)] as number),
    () => tf.relu(image()),
    () => tf.tanh(image()),
    () => tf.neg(image()),
    () => {
      const a = image();
      return tf.where(above(image(), 0), a, tf.mul<Image>(a, 0.3));
    },
    () => tf.where(above(image(), 0.1), image(), image()),
    () => tf.maximum(image(), image()),
    () => tf.mul(tf.square(image()), 0.1),
    () => {
      const chosen = image();
      const { mean, variance } = tf.moments(chosen, [0, 1, 2], random(2) === 0);
      const scale = tf.div(bounded(vector()), tf.sqrt(tf.add(variance, 0.1)));
      return tf.add(tf.mul(tf.sub(chosen, mean), scale), vector());
    },
    () => tf.mul(image(), tf.cast(above(image(), 0), "float32")),
    () => tf.conv2d(tf.mul<Image>(image(), 0.1), second, 1, "same"),
    () => {
      const chosen = image();
      const centred = tf.sub<Image>(chosen, tf.mean(chosen, [1, 2], true));
      const variance = tf.mean(tf.square(centred), [1, 2], true);
      return tf.mul(centred, tf.rsqrt(tf.add(variance, 0.1)));
    },
    () => tf.reshape(tf.reshape(image(), [batch, 36, channels]), [batch, 6, 6, channels]),
    () => tf.transpose(image(), [0, 2, 1, 3]) as Image,
    () => tf.add(image(), tf.slice(image(), [batch - 1, 0, 0, 0], [1, -1, -1, -1])),
    () => tf.add(tf.mul(tf.ones([batch, 6, 6, channels]), bounded(vector())), image()) as Image,
  ];
  const reducers: (() => tf.Tensor)[] = [
    () => tf.mean(image(), [0, 1, 2]),
    () => tf.mul(tf.sum(tf.mul(image(), image()), [0, 1, 2]), 0.01),
    () => tf.mean(image(), [0, 1, 2], true),
    () => tf.mean(image(), [1, 2], true),
    () => tf.mul(tf.sum(tf.mul(image(), image()), [1, 2], true), 0.02),
    () => tf.mean(image(), [1, 2, 3], true),
    () => tf.mean(image()),
    () => tf.max(image(), [0, 1, 2]),
  ];
  for (let step = 0; step < steps; step++) {
    if (random(5) === 0) vectors.push((reducers[random(reducers.length)] as () => tf.Tensor)());
    else images.push((makers[random(makers.length)] as () => Image)());
  }
  return [...images, ...vectors];
}
