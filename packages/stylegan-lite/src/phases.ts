import {
  adam,
  type Condition,
  createAdversarialPhases,
  dependOnAll,
  type ImageBatch,
  type Phase,
  type StepContext,
  slowDown,
  type TensorRecord,
} from "@gan/core";
import { clone, slice, type Tensor1D } from "@tensorflow/tfjs-core";
import type { StyleganLiteConfig } from "./config.js";
import type { Discriminator } from "./discriminator.js";
import type { Generator } from "./generator.js";
import { pathLengthPenalty } from "./path-length.js";

/** The networks of a StyleGAN-lite. */
export type StyleganLiteNetwork = "generator" | "discriminator";

/** A batch, with labels where the networks are told of classes. */
export type StyleganLiteBatch = ImageBatch & { labels?: Tensor1D };

/**
 * The discriminator, its penalty every sixteenth step, the generator, and the path lengths every fourth; the
 * optimizers are corrected for the lazy phases. Karras et al. 2020, appendix B.
 */
export function createPhases(
  config: StyleganLiteConfig,
  { generator, discriminator }: { generator: Generator; discriminator: Discriminator },
) {
  const { beta1, beta2, epsilon, classCount, pathLength, pathLengthEvery } = config;
  const rates = { beta1, beta2, epsilon };
  const ofGenerator = adam({ learningRate: config.generatorLearningRate, ...rates });
  const shared =
    pathLength > 0 ? { ...slowDown(ofGenerator, pathLengthEvery), name: "generator" } : ofGenerator;
  const given = ({ labels }: ImageBatch): TensorRecord =>
    classCount > 0 ? { labels: labels as Tensor1D } : {};
  const parts = createAdversarialPhases<ImageBatch, TensorRecord>({
    stabilisers: config.stabilisers,
    optimizers: {
      generator: shared,
      discriminator: adam({ learningRate: config.discriminatorLearningRate, ...rates }),
    },
    discriminator,
    given,
    generate(batch, ctx) {
      const labels = given(batch).labels as Condition | undefined;
      const styles = generator.drawStyles(batch.images.shape[0], ctx, "main", labels);
      return generator.synthesis.forward(styles, ctx, { noisePrefix: "main.noise" });
    },
    judge: (images, told) => ({
      scores: discriminator.forward(images, told.labels as Condition | undefined),
    }),
  });
  if (pathLength > 0) parts.phases = [...parts.phases, createPathLengthPhase(config, generator, shared)];
  return parts;
}

/** Path length regularisation on a part of a batch, as heavy as its interval is long. */
function createPathLengthPhase(
  config: StyleganLiteConfig,
  generator: Generator,
  optimizer: ReturnType<typeof slowDown>,
): Phase<StyleganLiteNetwork, ImageBatch> {
  const { pathLength, pathLengthEvery, pathLengthShrink, pathLengthDecay, classCount } = config;
  return {
    name: "pathLength",
    updates: ["generator"],
    every: pathLengthEvery,
    optimizer,
    losses(batch: ImageBatch, ctx: StepContext) {
      const count = Math.max(1, Math.floor(batch.images.shape[0] / pathLengthShrink));
      const labels = classCount > 0 ? firstLabels(batch.labels as Tensor1D, count) : undefined;
      // Gradients are taken by each layer's style, so each must be a tensor of its own.
      const styles = generator.drawStyles(count, ctx, "path", labels).map((style) => clone(style));
      const weight = pathLength * pathLengthEvery;
      const penalty = pathLengthPenalty(generator, styles, ctx, {
        weight,
        decay: pathLengthDecay,
        prefix: "path",
      });
      return { penalty: dependOnAll(penalty, generator) };
    },
  };
}

const firstLabels = (labels: Tensor1D, count: number): Tensor1D => slice(labels, 0, count);
