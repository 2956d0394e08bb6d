import type { Scalar, Tensor4D } from "@tensorflow/tfjs-core";
import type { TensorRecord } from "../data/index.js";
import type { OptimizerSpec, Phase, StepContext, Variant } from "../train/index.js";
import { Adversary, type AdversaryOptions } from "./adversary.js";
import { type AdversaryHooks, joinAdversaries } from "./join-adversaries.js";
import { slowDown } from "./lazy-phases.js";

/** Options of {@link createAdversarialPhases}. */
export interface AdversarialPhasesOptions<Batch extends TensorRecord, Given extends TensorRecord>
  extends Omit<AdversaryOptions<Given>, "name"> {
  /** Of the generator and the discriminator: two time scales are two learning rates. Heusel et al. 2017. */
  optimizers: { generator: OptimizerSpec; discriminator: OptimizerSpec };
  /**
   * Pictures from the generator: [B, H, W, C] in [-1, 1]. Named noise lets both phases of a step share one
   * pass.
   */
  generate(batch: Batch, ctx: StepContext): Tensor4D;
  /** The real pictures, of the same shape. Default: the batch's `images`. */
  real?(batch: Batch, ctx: StepContext): Tensor4D;
  /** What the discriminator is told of each picture, such as labels. Default: nothing. */
  given?(batch: Batch): Given;
  /** Further terms of the generator's loss, such as L1. */
  generatorTerms?(fake: Tensor4D, batch: Batch, ctx: StepContext): Record<string, Scalar>;
}

/** What {@link createAdversarialPhases} adds to a variant. */
export type AdversarialParts<Batch extends TensorRecord> = Pick<
  Variant<"generator" | "discriminator", Batch>,
  "phases"
> &
  AdversaryHooks;

/**
 * The phases of a GAN of one generator and one discriminator, as its stabilisers choose: `discriminator`,
 * `penalty` where penalties are lazy, and `generator`, every `discriminatorSteps`. Spread the result into
 * the variant:
 *
 * ```ts
 * const parts = createAdversarialPhases({
 *   stabilisers: config.stabilisers,
 *   optimizers: { generator: adam({ learningRate: 2e-4 }), discriminator: adam({ learningRate: 2e-4 }) },
 *   discriminator,
 *   generate: (batch, ctx) => generator.forward(drawLatents(ctx, config.stabilisers, batch.images.shape[0], 100, "latents"), ctx),
 *   judge: (images, _given, ctx) => discriminator.judge(images, ctx),
 * });
 * return { name: "mine", config, networks, averages, ...parts, sample };
 * ```
 *
 * Variants of several generators or discriminators build their phases from {@link Adversary}.
 */
export function createAdversarialPhases<
  Batch extends TensorRecord,
  Given extends TensorRecord = Record<string, never>,
>(options: AdversarialPhasesOptions<Batch, Given>): AdversarialParts<Batch> {
  const { stabilisers, optimizers, generate, generatorTerms } = options;
  const adversary = new Adversary<Given>(options);
  const { penaltyEvery, discriminatorSteps } = stabilisers;
  const readReal = options.real ?? (({ images }: Batch) => images as Tensor4D);
  const readGiven = options.given ?? (() => ({}) as Given);
  const plain = adversary.completeOptimizer(optimizers.discriminator);
  const shared = adversary.isLazy
    ? { ...slowDown(plain, penaltyEvery), name: plain.name ?? "discriminator" }
    : plain;
  const contest = (batch: Batch, fake: Tensor4D, ctx: StepContext) => ({
    real: readReal(batch, ctx),
    fake,
    given: readGiven(batch),
  });
  const phases: Phase<"generator" | "discriminator", Batch>[] = [
    {
      name: "discriminator",
      updates: ["discriminator"],
      every: 1,
      optimizer: shared,
      losses: (batch, ctx) => adversary.discriminatorTerms(contest(batch, generate(batch, ctx), ctx), ctx),
    },
  ];
  if (adversary.isLazy) {
    phases.push({
      name: "penalty",
      updates: ["discriminator"],
      every: penaltyEvery,
      optimizer: shared,
      losses(batch, ctx) {
        const fake = adversary.penalisesFakes ? generate(batch, ctx) : readReal(batch, ctx);
        return adversary.penaltyTerms(contest(batch, fake, ctx), ctx);
      },
    });
  }
  phases.push({
    name: "generator",
    updates: ["generator"],
    every: discriminatorSteps,
    optimizer: optimizers.generator,
    losses(batch, ctx) {
      const fake = generate(batch, ctx);
      return {
        ...adversary.generatorTerms(contest(batch, fake, ctx), ctx),
        ...generatorTerms?.(fake, batch, ctx),
      };
    },
  });
  return { phases, ...joinAdversaries(adversary) };
}
