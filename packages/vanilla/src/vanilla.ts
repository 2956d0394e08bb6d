import {
  computeProbabilities,
  createInferenceContext,
  drawLatents,
  ExponentialAverage,
  type ImageBatch,
  Random,
  type Variant,
} from "@gan/core";
import { mul, reshape, type Tensor1D, type Tensor2D, type Tensor4D, tidy } from "@tensorflow/tfjs-core";
import { parseVanillaConfig, type VanillaConfig, type VanillaOptions } from "./config.js";
import { Discriminator } from "./discriminator.js";
import { Generator } from "./generator.js";
import { createPhases, type VanillaNetwork } from "./phases.js";

/** The first GAN, ready to train or sample. */
export interface Vanilla extends Variant<VanillaNetwork, ImageBatch, VanillaConfig> {
  /** What trains: `generator` makes pictures, `discriminator` judges them. */
  networks: { generator: Generator; discriminator: Discriminator };
  /** The average over training, of which samples are made. */
  averages: { generator: ExponentialAverage<Generator> };
  /**
   * The discriminator's probability of each picture being real, σ of its logit.
   *
   * @param images [count, imageSize, imageSize, channels], float32 in [-1, 1]; stays the caller's.
   * @returns [count], float32 in [0, 1], owned by the caller.
   * @throws ConfigError with the loss `wasserstein`, whose scores are no probabilities.
   */
  discriminate(images: Tensor4D): Tensor1D;
}

/**
 * Builds the first GAN (Goodfellow et al. 2014, https://arxiv.org/abs/1406.2661) with fresh weights.
 *
 * @param options Fields of {@link VanillaConfig}, defaults for the rest, and `seed` (default 0) for the weights.
 * @throws ConfigError listing every problem of the options.
 */
export function createVanilla(options: VanillaOptions & { seed?: number } = {}): Vanilla {
  const { seed = 0, ...fields } = options;
  const config = parseVanillaConfig(fields);
  const { imageSize, channels, latentSize, stabilisers } = config;
  const random = new Random(seed).fork("weights");
  const generator = new Generator(config, random.fork("generator"));
  const discriminator = new Discriminator(config, random.fork("discriminator"));
  const copy = new Generator(config, random.fork("generator"));
  const average = new ExponentialAverage(generator, copy, config.averageHalfLifeImages);
  const isNormal = stabilisers.latents === "normal";
  return {
    name: "vanilla",
    config,
    networks: { generator, discriminator },
    averages: { generator: average },
    ...createPhases(config, { generator, discriminator }),
    sample({ count, truncation = 1 }, ctx) {
      return tidy(() => {
        const latents = drawLatents(ctx, stabilisers, count, latentSize);
        return average.module.forward(mul(latents, truncation) as Tensor2D, ctx);
      });
    },
    referenceImages: ({ images }) => images,
    latentSpace: {
      name: "z",
      interpolation: isNormal ? "spherical" : "linear",
      draw: (count, ctx) => tidy(() => drawLatents(ctx, stabilisers, count, latentSize)),
      generate: (points, ctx) => tidy(() => average.module.forward(points, ctx)),
    },
    exportable: {
      generator: {
        description: `Pictures of ${imageSize}×${imageSize} from latents.`,
        inputs: {
          latents: {
            shape: [latentSize],
            values: isNormal ? "normal" : "pictures",
            description: isNormal ? "N(0, 1)" : "uniform in [-1, 1]",
          },
        },
        outputs: { images: "in [-1, 1]" },
        forward: ({ latents }, ctx) => ({ images: average.module.forward(latents as Tensor2D, ctx) }),
      },
      discriminator: {
        description: "How real pictures look; a logit above 0 is more likely real.",
        inputs: {
          images: { shape: [imageSize, imageSize, channels], values: "pictures", description: "in [-1, 1]" },
        },
        outputs: { logits: "[batch, 1]; their sigmoid is the probability of being real" },
        forward: ({ images }, ctx) => ({ logits: discriminator.forward(images as Tensor4D, ctx) }),
      },
    },
    discriminate: (images) =>
      tidy(() => {
        const scores = discriminator.forward(images, createInferenceContext(new Random(0)));
        return reshape(computeProbabilities(stabilisers.loss, scores), [-1]);
      }),
  };
}
