import {
  Adversary,
  type AdversaryHooks,
  adam,
  joinAdversaries,
  type OptimizerSpec,
  type PatchDiscriminator,
  type UnpairedBatch,
  type Variant,
} from "@gan/core";
import { abs, mean, mul, type Scalar, sub, type Tensor, type Tensor4D } from "@tensorflow/tfjs-core";
import type { CycleGanConfig } from "./config.js";
import type { Generator } from "./generator.js";
import type { ImagePool } from "./image-pool.js";

/** The networks of a CycleGAN. */
export type CycleGanNetwork = "generatorA2B" | "generatorB2A" | "discriminatorA" | "discriminatorB";

/** What the phases work with. */
export interface CycleGanParts {
  /** Translates A into B. */
  generatorA2B: Generator;
  /** Translates B into A. */
  generatorB2A: Generator;
  /** Judges pictures of A. */
  discriminatorA: PatchDiscriminator;
  /** Judges pictures of B. */
  discriminatorB: PatchDiscriminator;
  /** Remembers translations into A. */
  poolA: ImagePool;
  /** Remembers translations into B. */
  poolB: ImagePool;
}

type Terms = Record<string, Scalar>;

/** Mean absolute difference. */
const distance = (x: Tensor, y: Tensor): Scalar => mean<Scalar>(abs(sub(x, y)));

/** The terms with a domain behind their names. */
const rename = (terms: Terms, domain: "A" | "B"): Terms =>
  Object.fromEntries(Object.entries(terms).map(([name, term]) => [name + domain, term]));

/**
 * One update of both discriminators and one of both generators per step, the discriminators' first, each pair
 * with one Adam. Both phases translate with the same weights, so that a compiled step does it once. The
 * discriminators see translations through their pools, their losses halved. Zhu et al. 2017, eq. 1 to 3,
 * sections 4 and 5.2.
 */
export function createPhases(
  config: CycleGanConfig,
  parts: CycleGanParts,
): Pick<Variant<CycleGanNetwork, UnpairedBatch>, "phases"> & AdversaryHooks {
  const { generatorA2B, generatorB2A, poolA, poolB } = parts;
  const { cycleWeightA, cycleWeightB, identityWeight, stabilisers } = config;
  // Least squares come halved: whole for the generators, once halved for the discriminators.
  const wholeWeight = stabilisers.loss === "least-squares" ? 2 : 1;
  const weigh = (loss: Scalar, weight: number) => (weight === 1 ? loss : mul<Scalar>(loss, weight));
  const createAdversary = (name: "A" | "B") => {
    const discriminator = parts[`discriminator${name}`];
    return new Adversary<Record<string, never>>({
      name,
      stabilisers,
      discriminator,
      discriminatorWeight: wholeWeight / 2,
      judge: (images, _given, ctx) => discriminator.judge(images, ctx),
    });
  };
  const [adversaryA, adversaryB] = [createAdversary("A"), createAdversary("B")];
  const contest = (real: Tensor4D, fake: Tensor4D) => ({ real, fake, given: {} });
  const discriminatorOptimizer = createOptimizer(config, config.discriminatorLearningRate);
  return {
    ...joinAdversaries(adversaryA, adversaryB),
    phases: [
      {
        name: "discriminators",
        updates: ["discriminatorA", "discriminatorB"],
        every: 1,
        optimizer: adversaryA.completeOptimizer(discriminatorOptimizer),
        losses({ a, b }, ctx) {
          const fakeA = poolA.exchange(generatorB2A.forward(b, ctx), ctx, "poolA");
          const fakeB = poolB.exchange(generatorA2B.forward(a, ctx), ctx, "poolB");
          return {
            ...rename(adversaryA.discriminatorTerms(contest(a, fakeA), ctx), "A"),
            ...rename(adversaryB.discriminatorTerms(contest(b, fakeB), ctx), "B"),
          };
        },
      },
      {
        name: "generators",
        updates: ["generatorA2B", "generatorB2A"],
        every: stabilisers.discriminatorSteps,
        optimizer: createOptimizer(config, config.generatorLearningRate),
        losses({ a, b }, ctx) {
          const fakeA = generatorB2A.forward(b, ctx);
          const fakeB = generatorA2B.forward(a, ctx);
          const cycleA = distance(generatorB2A.forward(fakeB, ctx), a);
          const cycleB = distance(generatorA2B.forward(fakeA, ctx), b);
          ctx.report("cycleA", () => cycleA);
          ctx.report("cycleB", () => cycleB);
          const oppose = (adversary: typeof adversaryA, real: Tensor4D, fake: Tensor4D): Terms => {
            const { adversarial, ...others } = adversary.generatorTerms(contest(real, fake), ctx);
            return { adversarial: weigh(adversarial as Scalar, wholeWeight), ...others };
          };
          const identity = identityWeight > 0 && {
            identityA: weigh(distance(generatorB2A.forward(a, ctx), a), cycleWeightA * identityWeight),
            identityB: weigh(distance(generatorA2B.forward(b, ctx), b), cycleWeightB * identityWeight),
          };
          return {
            ...rename(oppose(adversaryA, a, fakeA), "A"),
            ...rename(oppose(adversaryB, b, fakeB), "B"),
            cycleA: weigh(cycleA, cycleWeightA),
            cycleB: weigh(cycleB, cycleWeightB),
            ...identity,
          };
        },
      },
    ],
  };
}

function createOptimizer(config: CycleGanConfig, learningRate: number): OptimizerSpec {
  const { beta1, beta2, decay } = config;
  return {
    ...adam({ learningRate, beta1, beta2 }),
    ...(decay !== undefined && { schedule: { type: "linear" as const, ...decay } }),
  };
}
