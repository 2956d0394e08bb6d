import {
  adam,
  createAdversarialLoss,
  downsampleBox,
  driftPenalty,
  gradientPenalty,
  type ImageBatch,
  type Phase,
  reportJudgements,
  type StepContext,
  upsampleNearest,
  zeroCentredPenalty,
} from "@gan/core";
import type { Scalar, Tensor2D, Tensor4D } from "@tensorflow/tfjs-core";
import { lookUpSide, type ProganConfig } from "./config.js";
import type { Discriminator } from "./discriminator.js";
import { blend, type Generator } from "./generator.js";
import type { Growth } from "./growth.js";

/** The networks of a ProGAN. */
export type ProganNetwork = "generator" | "discriminator";

/**
 * One update of each network per step, at the level of the stage. While a level fades in, generated and
 * real pictures alike are blends with the level before. Karras et al. 2018, section 2.
 */
export function createPhases(
  config: ProganConfig,
  { generator, discriminator }: { generator: Generator; discriminator: Discriminator },
  growth: Growth,
): Phase<ProganNetwork, ImageBatch>[] {
  const { latentSize, beta1, beta2, epsilon } = config;
  const learningRate = lookUpSide(config.learningRates, config.startSize) as number;
  const optimizer = adam({ learningRate, beta1, beta2, epsilon });
  const game = createAdversarialLoss(config.loss);
  const begin = (batch: ImageBatch, ctx: StepContext) => {
    const { level, isFading } = growth.findStage(ctx.stage);
    const fade = isFading ? ctx.scalar("fade") : undefined;
    const latents = ctx.normal([batch.images.shape[0], latentSize], "latents") as Tensor2D;
    const judge = (images: Tensor4D) => discriminator.forward(images, level, fade);
    return { fade, judge, fake: generator.forward(latents, level, fade) };
  };
  return [
    {
      name: "discriminator",
      updates: ["discriminator"],
      every: 1,
      optimizer,
      losses(batch, ctx) {
        const { fade, judge, fake } = begin(batch, ctx);
        const real = fadeReals(batch.images, fade);
        const realScores = judge(real);
        const fakeScores = judge(fake);
        reportJudgements(ctx, realScores, fakeScores);
        const terms: Record<string, Scalar> = game.discriminator(realScores, fakeScores);
        if (config.gradientPenalty > 0) {
          const mixing = ctx.uniform([real.shape[0]], "mixing");
          terms.gradientPenalty = gradientPenalty(judge, real, fake, mixing, {
            weight: config.gradientPenalty,
          });
        }
        if (config.r1 > 0) terms.r1 = zeroCentredPenalty(judge, real, config.r1);
        if (config.drift > 0) terms.drift = driftPenalty(realScores, config.drift);
        return terms;
      },
    },
    {
      name: "generator",
      updates: ["generator"],
      every: 1,
      optimizer,
      losses(batch, ctx) {
        const { judge, fake } = begin(batch, ctx);
        return { fake: game.generator(judge(fake)) };
      },
    },
  ];
}

/** Real pictures as the generator can make them: blended with their own enlarged halves. */
export function fadeReals(images: Tensor4D, fade: Scalar | undefined): Tensor4D {
  return fade === undefined ? images : blend(upsampleNearest(downsampleBox(images)), images, fade);
}
