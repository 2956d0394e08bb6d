import {
  adam,
  createHalvedGame,
  type OptimizerSpec,
  type PatchDiscriminator,
  type Phase,
  reportJudgements,
  type UnpairedBatch,
} from "@gan/core";
import { abs, concat, mean, mul, reshape, type Scalar, sub, type Tensor } from "@tensorflow/tfjs-core";
import type { CycleGanConfig } from "./config.js";
import type { Generator } from "./generator.js";
import type { ImagePool } from "./image-pool.js";

/** The networks of a CycleGAN. */
export type CycleGanNetwork = "generatorA2B" | "generatorB2A" | "discriminatorA" | "discriminatorB";

/** What the phases work with. */
export interface CycleGanParts {
  generatorA2B: Generator;
  generatorB2A: Generator;
  discriminatorA: PatchDiscriminator;
  discriminatorB: PatchDiscriminator;
  poolA: ImagePool;
  poolB: ImagePool;
}

/** Mean absolute difference. */
const distance = (x: Tensor, y: Tensor): Scalar => mean<Scalar>(abs(sub(x, y)));

/** Both domains' scores as one list. */
const join = (a: Tensor, b: Tensor): Tensor => concat([reshape(a, [-1]), reshape(b, [-1])]);

/**
 * One update of both discriminators and one of both generators per step, the discriminators' first, each
 * with one Adam. Both phases translate with the same weights, so that a compiled step does it once. The
 * discriminators see translations through their pools. Zhu et al. 2017, eq. 1 to 3 and section 5.2.
 */
export function createPhases(
  config: CycleGanConfig,
  parts: CycleGanParts,
): Phase<CycleGanNetwork, UnpairedBatch>[] {
  const { generatorA2B, generatorB2A, discriminatorA, discriminatorB, poolA, poolB } = parts;
  const { cycleWeightA, cycleWeightB, identityWeight, labelSmoothing } = config;
  const game = createHalvedGame(config.adversarialLoss, { labelSmoothing });
  const weigh = (loss: Scalar, weight: number) => mul<Scalar>(loss, weight);
  return [
    {
      name: "discriminators",
      updates: ["discriminatorA", "discriminatorB"],
      every: 1,
      optimizer: createOptimizer(config, config.discriminatorLearningRate),
      losses({ a, b }, ctx) {
        const fakeA = poolA.exchange(generatorB2A.forward(b, ctx), ctx, "poolA");
        const fakeB = poolB.exchange(generatorA2B.forward(a, ctx), ctx, "poolB");
        const scores = {
          realA: discriminatorA.forward(a, ctx),
          fakeA: discriminatorA.forward(fakeA, ctx),
          realB: discriminatorB.forward(b, ctx),
          fakeB: discriminatorB.forward(fakeB, ctx),
        };
        const [real, fake] = [join(scores.realA, scores.realB), join(scores.fakeA, scores.fakeB)];
        reportJudgements(ctx, real, fake, { loss: config.adversarialLoss });
        const onA = game.discriminator(scores.realA, scores.fakeA);
        const onB = game.discriminator(scores.realB, scores.fakeB);
        return { realA: onA.real, fakeA: onA.fake, realB: onB.real, fakeB: onB.fake };
      },
    },
    {
      name: "generators",
      updates: ["generatorA2B", "generatorB2A"],
      every: 1,
      optimizer: createOptimizer(config, config.generatorLearningRate),
      losses({ a, b }, ctx) {
        const fakeA = generatorB2A.forward(b, ctx);
        const fakeB = generatorA2B.forward(a, ctx);
        const cycleA = distance(generatorB2A.forward(fakeB, ctx), a);
        const cycleB = distance(generatorA2B.forward(fakeA, ctx), b);
        ctx.report("cycleA", () => cycleA);
        ctx.report("cycleB", () => cycleB);
        const identity = identityWeight > 0 && {
          identityA: weigh(distance(generatorB2A.forward(a, ctx), a), cycleWeightA * identityWeight),
          identityB: weigh(distance(generatorA2B.forward(b, ctx), b), cycleWeightB * identityWeight),
        };
        return {
          adversarialA2B: game.generator(discriminatorB.forward(fakeB, ctx)),
          adversarialB2A: game.generator(discriminatorA.forward(fakeA, ctx)),
          cycleA: weigh(cycleA, cycleWeightA),
          cycleB: weigh(cycleB, cycleWeightB),
          ...identity,
        };
      },
    },
  ];
}

function createOptimizer(config: CycleGanConfig, learningRate: number): OptimizerSpec {
  const { beta1, beta2, decay } = config;
  return {
    ...adam({ learningRate, beta1, beta2 }),
    ...(decay !== undefined && { schedule: { type: "linear" as const, ...decay } }),
  };
}
