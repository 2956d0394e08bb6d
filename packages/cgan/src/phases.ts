import {
  type AdversarialParts,
  adam,
  createAdversarialPhases,
  drawLatents,
  type LabelledImageBatch,
} from "@gan/core";
import type { Tensor1D } from "@tensorflow/tfjs-core";
import type { CganConfig } from "./config.js";
import type { Discriminator } from "./discriminator.js";
import type { Generator } from "./generator.js";

/** The networks of a conditional GAN. */
export type CganNetwork = "generator" | "discriminator";

/** What the discriminator is told of each picture. */
type Told = { labels: Tensor1D };

/**
 * The game of `min_G max_D E log D(x|y) + E log(1 - D(G(z|y)|y))` (Mirza and Osindero 2014, eq. 2), or the one
 * that the stabilisers choose. Generated pictures take the labels of the batch's real ones.
 */
export function createPhases(
  config: CganConfig,
  networks: { generator: Generator; discriminator: Discriminator },
): AdversarialParts<LabelledImageBatch> {
  const { generator, discriminator } = networks;
  const { stabilisers, latentSize, beta1, beta2 } = config;
  return createAdversarialPhases<LabelledImageBatch, Told>({
    stabilisers,
    discriminator,
    optimizers: {
      generator: adam({ learningRate: config.generatorLearningRate, beta1, beta2 }),
      discriminator: adam({ learningRate: config.discriminatorLearningRate, beta1, beta2 }),
    },
    given: ({ labels }) => ({ labels }),
    generate({ images, labels }, ctx) {
      const latents = drawLatents(ctx, stabilisers, images.shape[0], latentSize, "latents");
      return generator.forward(latents, labels, ctx);
    },
    judge: (images, { labels }, ctx) => discriminator.judge(images, labels, ctx),
  });
}
