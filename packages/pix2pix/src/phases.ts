import {
  type AdamSpec,
  adam,
  createHalvedGame,
  type OptimizerSpec,
  type PairBatch,
  type PatchDiscriminator,
  type Phase,
  reportJudgements,
  type StepContext,
} from "@gan/core";
import { abs, concat, mean, mul, type Scalar, sub, type Tensor4D } from "@tensorflow/tfjs-core";
import type { Pix2PixConfig } from "./config.js";
import type { UNet } from "./unet.js";

/** The networks of a Pix2Pix. */
export type Pix2PixNetwork = "generator" | "discriminator";

/**
 * One update of each network per step, the discriminator's first, on input and output joined. Both phases
 * translate with the same weights and dropout, so that a compiled step runs the generator forward once;
 * real and translated pairs pass the discriminator separately. Isola et al. 2017, eq. 1 to 4.
 */
export function createPhases(
  config: Pix2PixConfig,
  networks: { generator: UNet; discriminator: PatchDiscriminator },
): Phase<Pix2PixNetwork, PairBatch>[] {
  const { generator, discriminator } = networks;
  const { adversarialWeight, reconstructionWeight, labelSmoothing } = config;
  const game = createHalvedGame(config.adversarialLoss, { labelSmoothing });
  const judge = (input: Tensor4D, output: Tensor4D, ctx: StepContext) =>
    discriminator.forward(concat([input, output], 3), ctx);
  const discriminatorPhase: Phase<Pix2PixNetwork, PairBatch> = {
    name: "discriminator",
    updates: ["discriminator"],
    every: 1,
    optimizer: createOptimizer(config, config.discriminatorLearningRate),
    losses({ input, target }, ctx) {
      const translated = generator.forward(input, ctx);
      const realScores = judge(input, target, ctx);
      const fakeScores = judge(input, translated, ctx);
      reportJudgements(ctx, realScores, fakeScores, { loss: config.adversarialLoss });
      return game.discriminator(realScores, fakeScores);
    },
  };
  const generatorPhase: Phase<Pix2PixNetwork, PairBatch> = {
    name: "generator",
    updates: ["generator"],
    every: 1,
    optimizer: createOptimizer(config, config.generatorLearningRate),
    losses({ input, target }, ctx) {
      const translated = generator.forward(input, ctx);
      const difference = mean<Scalar>(abs(sub(translated, target)));
      ctx.report("reconstruction", () => difference);
      return {
        ...(adversarialWeight > 0 && {
          adversarial: mul<Scalar>(game.generator(judge(input, translated, ctx)), adversarialWeight),
        }),
        ...(reconstructionWeight > 0 && { reconstruction: mul<Scalar>(difference, reconstructionWeight) }),
      };
    },
  };
  return adversarialWeight > 0 ? [discriminatorPhase, generatorPhase] : [generatorPhase];
}

function createOptimizer(config: Pix2PixConfig, learningRate: AdamSpec["learningRate"]): OptimizerSpec {
  const { beta1, beta2, decay } = config;
  return {
    ...adam({ learningRate, beta1, beta2 }),
    ...(decay !== undefined && { schedule: { type: "linear" as const, ...decay } }),
  };
}
