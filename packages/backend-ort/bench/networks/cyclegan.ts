import * as tf from "@tensorflow/tfjs-core";
import "@tensorflow/tfjs-layers";
import { compile } from "../../src/index.js";
import { Adam } from "../adam.js";
import { instanceNorm, type Layer, Parameters, reflectionPad } from "./layers.js";
import { createPatchGan, type ImageNetwork } from "./patch-gan.js";
import type { NetworkSize, NetworkStep } from "./step.js";

type Image = tf.Tensor4D;

const BLOCKS = 6;

/** [B, size, size, 3] → the same shape: c7s1-f, d2f, d4f, six residual blocks, u2f, uf, c7s1-3 and tanh. */
function createGenerator({ pixels, features }: NetworkSize): ImageNetwork {
  const parameters = new Parameters();
  const inner = { size: pixels / 4 + 2, inputs: 4 * features, outputs: 4 * features, kernel: 3, bias: true };
  const first = parameters.convolution({
    size: pixels + 6,
    inputs: 3,
    outputs: features,
    kernel: 7,
    bias: true,
  });
  const down = [1, 2].map((level) =>
    parameters.convolution({
      size: pixels / level,
      inputs: level * features,
      outputs: 2 * level * features,
      kernel: 3,
      stride: 2,
      padding: 1,
      bias: true,
    }),
  );
  const blocks = Array.from({ length: BLOCKS }, (): [Layer, Layer] => [
    parameters.convolution(inner),
    parameters.convolution(inner),
  ]);
  const up = [2, 1].map((level) =>
    parameters.transposed({
      size: pixels / (2 * level),
      inputs: 2 * level * features,
      outputs: level * features,
      kernel: 3,
      bias: true,
    }),
  );
  const last = parameters.convolution({
    size: pixels + 6,
    inputs: features,
    outputs: 3,
    kernel: 7,
    bias: true,
  });
  const apply = (images: Image): Image => {
    let x = tf.relu(instanceNorm(first.apply(reflectionPad(images, 3))));
    for (const layer of down) x = tf.relu(instanceNorm(layer.apply(x)));
    for (const [one, other] of blocks) {
      const y = tf.relu(instanceNorm(one.apply(reflectionPad(x, 1))));
      x = tf.add(x, instanceNorm(other.apply(reflectionPad(y, 1))));
    }
    for (const layer of up) x = tf.relu(instanceNorm(layer.apply(x)));
    return tf.tanh(last.apply(reflectionPad(x, 3)));
  };
  return { parameters, apply };
}

const squares = (scores: Image, target: number): tf.Scalar => tf.mean(tf.square(tf.sub(scores, target)));
const distance = (a: Image, b: Image): tf.Scalar => tf.mean(tf.abs(tf.sub(a, b)));

/**
 * CycleGAN's step: least squares, cycle (weight 10) and identity (5) in the generators' phase, with the
 * discriminators as they stand; then both discriminators on real and earlier images, which come as data as from
 * a pool of images. One Adam for each pair.
 */
export function createCycleGanStep(size: NetworkSize): NetworkStep {
  const { pixels, batch, features } = size;
  const [toB, toA] = [createGenerator(size), createGenerator(size)];
  const [ofA, ofB] = [1, 2].map(() => createPatchGan(pixels, 3, features, true, () => instanceNorm)) as [
    ImageNetwork,
    ImageNetwork,
  ];
  const generators = [...toB.parameters.all, ...toA.parameters.all];
  const discriminators = [...ofA.parameters.all, ...ofB.parameters.all];
  const [generatorAdam, discriminatorAdam] = [new Adam(generators), new Adam(discriminators)];
  const images = (seed: number): Image =>
    tf.randomUniform<tf.Rank.R4>([batch, pixels, pixels, 3], -1, 1, "float32", seed);
  const data = { realA: images(1), realB: images(2), pooledA: images(3), pooledB: images(4) };

  const generatorLoss = (a: Image, b: Image): tf.Scalar => {
    const [fakeB, fakeA] = [toB.apply(a), toA.apply(b)];
    return tf.addN([
      squares(ofB.apply(fakeB), 1),
      squares(ofA.apply(fakeA), 1),
      tf.mul(distance(toA.apply(fakeB), a), 10),
      tf.mul(distance(toB.apply(fakeA), b), 10),
      tf.mul(distance(toB.apply(b), b), 5),
      tf.mul(distance(toA.apply(a), a), 5),
    ]) as tf.Scalar;
  };
  const discriminatorLoss = ({ realA, realB, pooledA, pooledB }: typeof data): tf.Scalar =>
    tf.mul(
      tf.addN([
        squares(ofA.apply(realA), 1),
        squares(ofA.apply(pooledA), 0),
        squares(ofB.apply(realB), 1),
        squares(ofB.apply(pooledB), 0),
      ]),
      0.5,
    );
  const train = compile(
    (given: typeof data, count: tf.Scalar) => {
      const first = tf.variableGrads(() => generatorLoss(given.realA, given.realB), generators);
      const second = tf.variableGrads(() => discriminatorLoss(given), discriminators);
      generatorAdam.apply(first.grads, count);
      discriminatorAdam.apply(second.grads, count);
      return [first.value, second.value];
    },
    { name: "cycleGanStep" },
  );
  const [generator, discriminator] = [toB.parameters, ofA.parameters];
  return {
    graph: "cycleGanStep",
    // Six passes of a generator forward and backward, of which two have an input with a gradient; each
    // discriminator once forward and to its input, and twice forward and backward.
    neededOperations:
      batch *
      (14 * generator.operations() +
        4 * generator.operations(false) +
        2 * (2 * discriminator.operations()) +
        2 * 2 * (2 * discriminator.operations() + discriminator.operations(false))),
    run: (count) => train(data, count) as tf.Scalar[],
    dispose: () => train.dispose(),
    variables: [...generators, ...discriminators],
  };
}
