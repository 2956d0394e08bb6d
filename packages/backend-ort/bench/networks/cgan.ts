import * as tf from "@tensorflow/tfjs-core";
import "@tensorflow/tfjs-layers";
import { compile } from "../../src/index.js";
import { Adam } from "../adam.js";
import { fillNormal } from "../noise.js";
import { Parameters } from "./layers.js";
import type { NetworkSize, NetworkStep } from "./step.js";

type Image = tf.Tensor4D;

const CLASSES = 10;
const NOISE = 100;

/** x with the label, one-hot, as further channels of every pixel: [B, H, W, C + classes]. */
function withLabels(x: Image, labels: tf.Tensor2D): Image {
  const [batch, height, width] = x.shape;
  const everywhere = tf.tile(tf.reshape(labels, [batch, 1, 1, CLASSES]), [1, height, width, 1]);
  return tf.concat<Image>([x, everywhere as Image], 3);
}

interface Conditional {
  readonly parameters: Parameters;
  apply(x: tf.Tensor, labels: tf.Tensor2D): tf.Tensor;
}

/** Channels of each level from the widest picture to the 4×4 one: f, 2f, 4f, … */
const widthsOf = ({ pixels, features }: NetworkSize): number[] =>
  Array.from({ length: Math.log2(pixels) - 2 }, (_, level) => features * 2 ** level);

/** [B, 100] noise → [B, size, size, 3]: DCGAN's generator with the label joined to every layer's input. */
function createGenerator(size: NetworkSize): Conditional {
  const parameters = new Parameters();
  const widths = widthsOf(size).reverse();
  const [widest] = widths as [number];
  const projection = parameters.weight([NOISE + CLASSES, 16 * widest]) as tf.Tensor as tf.Tensor2D;
  const levels = widths.map((channels, level) => ({
    normalise: parameters.batchNorm(channels),
    convolution: parameters.transposed({
      size: 4 * 2 ** level,
      inputs: channels + CLASSES,
      outputs: widths[level + 1] ?? 3,
      kernel: 4,
    }),
  }));
  const apply = (noise: tf.Tensor, labels: tf.Tensor2D): tf.Tensor => {
    const projected = tf.matMul(tf.concat([noise as tf.Tensor2D, labels], 1), projection);
    let x: Image = tf.reshape(projected, [-1, 4, 4, widest]);
    for (const { normalise, convolution } of levels) {
      x = convolution.apply(withLabels(tf.relu(normalise(x)), labels));
    }
    return tf.tanh(x);
  };
  return { parameters, apply };
}

/** [B, size, size, 3] → [B, 1]: DCGAN's discriminator with the label joined to every layer's input. */
function createDiscriminator(size: NetworkSize): Conditional {
  const parameters = new Parameters();
  const widths = widthsOf(size);
  const levels = widths.map((outputs, level) => ({
    convolution: parameters.convolution({
      size: size.pixels / 2 ** level,
      inputs: (widths[level - 1] ?? 3) + CLASSES,
      outputs,
      kernel: 4,
      stride: 2,
      padding: 1,
    }),
    normalise: level > 0 ? parameters.batchNorm(outputs) : undefined,
  }));
  const flat = 16 * (widths.at(-1) as number) + CLASSES;
  const logit = parameters.weight([flat, 1]) as tf.Tensor as tf.Tensor2D;
  const apply = (images: tf.Tensor, labels: tf.Tensor2D): tf.Tensor => {
    let x = images as Image;
    for (const { convolution, normalise } of levels) {
      x = convolution.apply(withLabels(x, labels));
      x = tf.leakyRelu(normalise ? normalise(x) : x, 0.2);
    }
    return tf.matMul(tf.concat([tf.reshape(x, [x.shape[0], -1]), labels], 1), logit);
  };
  return { parameters, apply };
}

/** A conditional DCGAN's step: the discriminator on real and generated images, then the generator on the same. */
export function createCganStep(size: NetworkSize): NetworkStep {
  const { pixels, batch } = size;
  const [generator, discriminator] = [createGenerator(size), createDiscriminator(size)];
  const [generatorVariables, discriminatorVariables] = [
    generator.parameters.all,
    discriminator.parameters.all,
  ];
  const [generatorAdam, discriminatorAdam] = [new Adam(generatorVariables), new Adam(discriminatorVariables)];
  const real = tf.randomUniform<tf.Rank.R4>([batch, pixels, pixels, 3], -1, 1, "float32", 1);
  const labels = tf.tidy(
    (): tf.Tensor2D =>
      tf.oneHot(
        tf.tensor1d(
          Array.from({ length: batch }, (_, index) => index % CLASSES),
          "int32",
        ),
        CLASSES,
        1,
        0,
        "float32",
      ) as tf.Tensor2D,
  );
  const crossEntropy = (logits: tf.Tensor, target: 0 | 1): tf.Scalar =>
    tf.mean(tf.softplus(target === 1 ? tf.neg(logits) : logits));
  const train = compile(
    (noise: tf.Tensor2D, pictures: Image, given: tf.Tensor2D, count: tf.Scalar) => {
      const fake = generator.apply(noise, given);
      const first = tf.variableGrads(
        () =>
          tf.add(
            crossEntropy(discriminator.apply(pictures, given), 1),
            crossEntropy(discriminator.apply(fake, given), 0),
          ) as tf.Scalar,
        discriminatorVariables,
      );
      discriminatorAdam.apply(first.grads, count);
      const second = tf.variableGrads(
        () => crossEntropy(discriminator.apply(generator.apply(noise, given), given), 1),
        generatorVariables,
      );
      generatorAdam.apply(second.grads, count);
      return [first.value, second.value];
    },
    { name: "cganStep" },
  );
  const widest = widthsOf(size).at(-1) as number;
  const [projection, logit] = [2 * (NOISE + CLASSES) * 16 * widest, 2 * (16 * widest + CLASSES)];
  const [g, d] = [generator.parameters, discriminator.parameters];
  const run = (count: tf.Scalar): tf.Scalar[] => {
    const noise = tf.tensor2d(fillNormal(new Float32Array(batch * NOISE)), [batch, NOISE]);
    const losses = train(noise, real, labels, count) as tf.Scalar[];
    noise.dispose();
    return losses;
  };
  return {
    graph: "cganStep",
    // The generator forward and backward; the discriminator twice so, then forward and to its input.
    neededOperations:
      batch *
      (2 * projection + 3 * g.operations() + 8 * logit + 6 * d.operations() + 2 * d.operations(false)),
    run,
    dispose: () => train.dispose(),
    variables: [...generatorVariables, ...discriminatorVariables],
  };
}
