import * as tf from "@tensorflow/tfjs-core";
import "@tensorflow/tfjs-layers";
import { compile } from "../../src/index.js";
import { Adam } from "../adam.js";
import { Parameters } from "./layers.js";
import { createPatchGan, type ImageNetwork } from "./patch-gan.js";
import type { NetworkSize, NetworkStep } from "./step.js";

type Image = tf.Tensor4D;

/** A U-Net as a function of images and of a mask (2 or 0) for each level that drops, deepest first. */
interface UNet extends Pick<ImageNetwork, "parameters"> {
  readonly maskShapes: readonly [number, number, number, number][];
  apply(x: Image, masks: readonly Image[]): Image;
}

/**
 * Pix2Pix's U-Net down to one pixel: 4×4 convolutions with stride 2 to f, 2f, 4f, 8f, 8f, …, and back through
 * transposed ones with skip connections; batch norm in all but the first, innermost and last; dropout by masks
 * where the way up is 8f wide, the innermost excepted.
 */
function createUNet({ pixels, batch, features }: NetworkSize): UNet {
  const parameters = new Parameters();
  const depth = Math.log2(pixels);
  const width = (level: number): number => Math.min(8, 2 ** level) * features;
  const down = Array.from({ length: depth }, (_, level) => ({
    convolution: parameters.convolution({
      size: pixels / 2 ** level,
      inputs: level === 0 ? 3 : width(level - 1),
      outputs: width(level),
      kernel: 4,
      stride: 2,
      padding: 1,
      bias: level === 0 || level === depth - 1,
    }),
    normalise: level > 0 && level < depth - 1 ? parameters.batchNorm(width(level)) : undefined,
  }));
  const up = Array.from({ length: depth }, (_, index) => {
    const level = depth - 1 - index;
    return {
      convolution: parameters.transposed({
        size: pixels / 2 ** (level + 1),
        inputs: index === 0 ? width(level) : 2 * width(level),
        outputs: level === 0 ? 3 : width(level - 1),
        kernel: 4,
        bias: level === 0,
      }),
      normalise: level > 0 ? parameters.batchNorm(width(level - 1)) : undefined,
      drops: index > 0 && level > 3,
      level,
    };
  });
  const maskShapes = up
    .filter(({ drops }) => drops)
    .map(({ level }): [number, number, number, number] => {
      const side = pixels / 2 ** level;
      return [batch, side, side, width(level - 1)];
    });
  const apply = (images: Image, masks: readonly Image[]): Image => {
    const skips: Image[] = [];
    let x = images;
    for (const [level, { convolution, normalise }] of down.entries()) {
      x = convolution.apply(level > 0 ? tf.leakyRelu(x, 0.2) : x);
      if (normalise) x = normalise(x);
      skips.push(x);
    }
    const left = [...masks];
    for (const [index, { convolution, normalise, drops, level }] of up.entries()) {
      const joined = index === 0 ? x : (tf.concat([skips[level] as Image, x], 3) as Image);
      x = convolution.apply(tf.relu(joined));
      if (normalise) x = normalise(x);
      if (drops) x = tf.mul(x, left.shift() as Image);
    }
    return tf.tanh(x);
  };
  return { parameters, maskShapes, apply };
}

const crossEntropy = (logits: Image, target: 0 | 1): tf.Scalar =>
  tf.mean(tf.softplus(target === 1 ? tf.neg(logits) : logits));

/**
 * Pix2Pix's step: the discriminator on real and translated pairs, its loss halved, then the generator with the
 * L1 distance a hundredfold, on the same translated images.
 */
export function createPix2PixStep(size: NetworkSize): NetworkStep {
  const { pixels, batch, features } = size;
  const generator = createUNet(size);
  const discriminator = createPatchGan(pixels, 6, features, false, (parameters, channels) =>
    parameters.batchNorm(channels),
  );
  const generatorVariables = generator.parameters.all;
  const discriminatorVariables = discriminator.parameters.all;
  const generatorAdam = new Adam(generatorVariables);
  const discriminatorAdam = new Adam(discriminatorVariables);
  const images = (seed: number): Image =>
    tf.randomUniform<tf.Rank.R4>([batch, pixels, pixels, 3], -1, 1, "float32", seed);
  const masks = generator.maskShapes.map(
    (shape, index): Image =>
      tf.tidy(() => tf.mul(tf.step(tf.randomUniform<tf.Rank.R4>(shape, -1, 1, "float32", index + 5)), 2)),
  );
  const [input, target] = [images(1), images(2)];
  const score = (a: Image, b: Image): Image => discriminator.apply(tf.concat([a, b], 3) as Image);
  const train = compile(
    (a: Image, b: Image, kept: Image[], count: tf.Scalar) => {
      const fake = generator.apply(a, kept);
      const first = tf.variableGrads(
        () => tf.mul(tf.add(crossEntropy(score(a, b), 1), crossEntropy(score(a, fake), 0)), 0.5) as tf.Scalar,
        discriminatorVariables,
      );
      discriminatorAdam.apply(first.grads, count);
      const second = tf.variableGrads(() => {
        const again = generator.apply(a, kept);
        const distance = tf.mean(tf.abs(tf.sub(again, b)));
        return tf.add(crossEntropy(score(a, again), 1), tf.mul(distance, 100)) as tf.Scalar;
      }, generatorVariables);
      generatorAdam.apply(second.grads, count);
      return [first.value, second.value];
    },
    { name: "pix2pixStep" },
  );
  const [g, d] = [generator.parameters, discriminator.parameters];
  return {
    graph: "pix2pixStep",
    // The generator forward and backward; the discriminator twice so, then forward and to its input.
    neededOperations:
      batch * (2 * g.operations() + g.operations(false) + 6 * d.operations() + 2 * d.operations(false)),
    run: (count) => train(input, target, masks, count) as tf.Scalar[],
    dispose: () => train.dispose(),
    variables: [...generatorVariables, ...discriminatorVariables],
  };
}
