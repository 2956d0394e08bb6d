import {
  adam,
  discriminatorLogisticLoss,
  generatorNonSaturatingLoss,
  type ImageBatch,
  type Phase,
  reportJudgements,
  type StepContext,
} from "@gan/core";
import type { Tensor2D } from "@tensorflow/tfjs-core";
import type { DcganConfig } from "./config.js";
import type { Discriminator } from "./discriminator.js";
import type { Generator } from "./generator.js";

/** The networks of a DCGAN. */
export type DcganNetwork = "generator" | "discriminator";

/**
 * One update of each network per step. Both phases generate from the same latents, so that a compiled
 * step runs the generator forward once; real and generated pictures pass the discriminator
 * separately, each with its own batch statistics.
 */
export function createPhases(
  config: DcganConfig,
  networks: { generator: Generator; discriminator: Discriminator },
): Phase<DcganNetwork, ImageBatch>[] {
  const { generator, discriminator } = networks;
  const { latentSize, beta1, beta2 } = config;
  const generate = (batch: ImageBatch, ctx: StepContext) => {
    const latents = ctx.normal([batch.images.shape[0], latentSize], "latents");
    return generator.forward(latents as Tensor2D, ctx);
  };
  return [
    {
      name: "discriminator",
      updates: ["discriminator"],
      every: 1,
      optimizer: adam({ learningRate: config.discriminatorLearningRate, beta1, beta2 }),
      losses(batch, ctx) {
        const fakeImages = generate(batch, ctx);
        const realLogits = discriminator.forward(batch.images, ctx);
        const fakeLogits = discriminator.forward(fakeImages, ctx);
        reportJudgements(ctx, realLogits, fakeLogits);
        return discriminatorLogisticLoss(realLogits, fakeLogits);
      },
    },
    {
      name: "generator",
      updates: ["generator"],
      every: 1,
      optimizer: adam({ learningRate: config.generatorLearningRate, beta1, beta2 }),
      losses(batch, ctx) {
        const fakeLogits = discriminator.forward(generate(batch, ctx), ctx);
        return { fake: generatorNonSaturatingLoss(fakeLogits) };
      },
    },
  ];
}
