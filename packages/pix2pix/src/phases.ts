import {
  type AdamSpec,
  type AdversarialParts,
  adam,
  createAdversarialPhases,
  type OptimizerSpec,
  type PairBatch,
  type PatchDiscriminator,
} from "@gan/core";
import { abs, concat, mean, mul, type Scalar, sub, type Tensor4D } from "@tensorflow/tfjs-core";
import type { Pix2PixConfig } from "./config.js";
import type { UNet } from "./unet.js";

/** The networks of a Pix2Pix. */
export type Pix2PixNetwork = "generator" | "discriminator";

/**
 * One update of each network per step, the discriminator's first, on input and output joined, its loss
 * halved. Both phases translate with the same weights and dropout, so that a compiled step runs the generator
 * forward once; real and translated pairs pass the discriminator separately. Isola et al. 2017, eq. 1 to 4
 * and section 3.3.
 */
export function createPhases(
  config: Pix2PixConfig,
  networks: { generator: UNet; discriminator: PatchDiscriminator },
): AdversarialParts<PairBatch> {
  const { generator, discriminator } = networks;
  const { stabilisers, reconstructionWeight } = config;
  return createAdversarialPhases<PairBatch, { input: Tensor4D }>({
    stabilisers,
    discriminator,
    // Least squares come halved.
    discriminatorWeight: stabilisers.loss === "least-squares" ? 1 : 0.5,
    optimizers: {
      generator: createOptimizer(config, config.generatorLearningRate),
      discriminator: createOptimizer(config, config.discriminatorLearningRate),
    },
    generate: ({ input }, ctx) => generator.forward(input, ctx),
    real: ({ target }) => target,
    given: ({ input }) => ({ input }),
    judge: (images, { input }, ctx) => discriminator.judge(concat([input, images], 3), ctx),
    generatorTerms(translated, { target }, ctx) {
      const difference = mean<Scalar>(abs(sub(translated, target)));
      ctx.report("reconstruction", () => difference);
      return { reconstruction: mul<Scalar>(difference, reconstructionWeight) };
    },
  });
}

function createOptimizer(config: Pix2PixConfig, learningRate: AdamSpec["learningRate"]): OptimizerSpec {
  const { beta1, beta2, decay } = config;
  return {
    ...adam({ learningRate, beta1, beta2 }),
    ...(decay !== undefined && { schedule: { type: "linear" as const, ...decay } }),
  };
}
