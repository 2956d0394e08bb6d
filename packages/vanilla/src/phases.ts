import {
  type AdversarialParts,
  adam,
  createAdversarialPhases,
  drawLatents,
  type ImageBatch,
} from "@gan/core";
import type { VanillaConfig } from "./config.js";
import type { Discriminator } from "./discriminator.js";
import type { Generator } from "./generator.js";

/** The networks that train. */
export type VanillaNetwork = "generator" | "discriminator";

/** One update of each network per step, unless the stabilisers say otherwise. */
export function createPhases(
  config: VanillaConfig,
  { generator, discriminator }: { generator: Generator; discriminator: Discriminator },
): AdversarialParts<ImageBatch> {
  const { stabilisers, latentSize, beta1, beta2 } = config;
  return createAdversarialPhases<ImageBatch>({
    stabilisers,
    discriminator,
    judge: (images, _given, ctx) => discriminator.judge(images, ctx),
    generate(batch, ctx) {
      const latents = drawLatents(ctx, stabilisers, batch.images.shape[0], latentSize, "latents");
      return generator.forward(latents, ctx);
    },
    optimizers: {
      generator: adam({ learningRate: config.generatorLearningRate, beta1, beta2 }),
      discriminator: adam({ learningRate: config.discriminatorLearningRate, beta1, beta2 }),
    },
  });
}
