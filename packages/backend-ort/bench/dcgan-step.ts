import * as tf from "@tensorflow/tfjs-core";
// tfjs-core comes without gradients in Node; tfjs-layers registers them.
import "@tensorflow/tfjs-layers";
import { compile } from "../src/index.js";
import { Adam, type AdamOptions } from "./adam.js";
import { createDiscriminator, createGenerator, type Network, type NetworkShape } from "./dcgan-networks.js";

/** What a step reports; the caller disposes it. */
export interface StepLosses {
  /** Both losses are those before their network's update. */
  readonly discriminator: tf.Scalar;
  readonly generator: tf.Scalar;
}

/** Gradients by the names of {@link Network.variables}; the caller disposes them. */
export interface StepGradients {
  readonly discriminator: Record<string, tf.Tensor>;
  readonly generator: Record<string, tf.Tensor>;
}

/** A DCGAN whose whole training step is one compiled function. */
export interface DcganStep {
  readonly generator: Network;
  readonly discriminator: Network;
  /**
   * One update of the discriminator, then one of the generator, on the same fake images.
   *
   * @param noise float32 [B, 100]
   * @param real float32 [B, size, size, 3] in [-1, 1]
   * @param count float32 scalar, 1 at the first step
   * @returns the two losses; the caller disposes them
   */
  train(noise: tf.Tensor2D, real: tf.Tensor4D, count: tf.Scalar): StepLosses;
  /** The same step, which also returns the gradients that it applied. */
  trainWithGradients(
    noise: tf.Tensor2D,
    real: tf.Tensor4D,
    count: tf.Scalar,
  ): { losses: StepLosses; gradients: StepGradients };
  dispose(): void;
}

/** The networks at their random start, and a step on whatever tfjs backend is set: compiled on `ort`, eager on others. */
export function createDcganStep(shape: NetworkShape, adam: AdamOptions = {}): DcganStep {
  const generator = createGenerator(shape);
  const discriminator = createDiscriminator(shape);
  const generatorVariables = [...generator.variables.values()];
  const discriminatorVariables = [...discriminator.variables.values()];
  const generatorAdam = new Adam(generatorVariables, adam);
  const discriminatorAdam = new Adam(discriminatorVariables, adam);

  // Binary cross entropy with logits: softplus(-x) against the target 1, softplus(x) against 0.
  const crossEntropyOfOne = (logits: tf.Tensor) => tf.mean(tf.softplus(tf.neg(logits)));
  const crossEntropyOfZero = (logits: tf.Tensor) => tf.mean(tf.softplus(logits));

  const differentiateDiscriminator = (noise: tf.Tensor, real: tf.Tensor) => {
    const fake = generator.apply(noise);
    const loss = () =>
      tf.add<tf.Scalar>(
        crossEntropyOfOne(discriminator.apply(real)),
        crossEntropyOfZero(discriminator.apply(fake)),
      );
    return tf.variableGrads(loss, discriminatorVariables);
  };
  // The generator runs again, as tfjs's tape ends with each gradient; a backend that shares equal nodes runs it once.
  const differentiateGenerator = (noise: tf.Tensor) => {
    const loss = () => crossEntropyOfOne(discriminator.apply(generator.apply(noise))) as tf.Scalar;
    return tf.variableGrads(loss, generatorVariables);
  };

  const update = (noise: tf.Tensor2D, real: tf.Tensor4D, count: tf.Scalar) => {
    const first = differentiateDiscriminator(noise, real);
    discriminatorAdam.apply(first.grads, count);
    const second = differentiateGenerator(noise);
    generatorAdam.apply(second.grads, count);
    const losses = { discriminator: first.value, generator: second.value };
    const gradients = {
      discriminator: nameGradients(discriminator, first.grads),
      generator: nameGradients(generator, second.grads),
    };
    return { losses, gradients };
  };
  const train = compile(
    (noise: tf.Tensor2D, real: tf.Tensor4D, count: tf.Scalar) => update(noise, real, count).losses,
    { name: "dcganStep" },
  );
  const trainWithGradients = compile(update, { name: "dcganStepWithGradients" });

  const dispose = () => {
    train.dispose();
    trainWithGradients.dispose();
    generatorAdam.dispose();
    discriminatorAdam.dispose();
    for (const variable of [...generatorVariables, ...discriminatorVariables]) variable.dispose();
  };
  return { generator, discriminator, train, trainWithGradients, dispose };
}

function nameGradients(network: Network, gradients: tf.NamedTensorMap): Record<string, tf.Tensor> {
  const entries = [...network.variables].map(([name, variable]) => [
    name,
    gradients[variable.name] as tf.Tensor,
  ]);
  return Object.fromEntries(entries) as Record<string, tf.Tensor>;
}
