import {
  add,
  addN,
  concat,
  mean,
  mul,
  type Scalar,
  sign,
  slice,
  sub,
  type Tensor,
  type Tensor4D,
} from "@tensorflow/tfjs-core";
import { AdaptiveProbability, adaAugment, diffAugment } from "../augment/index.js";
import type { TensorRecord } from "../data/index.js";
import {
  type AdversarialLoss,
  createAdversarialLoss,
  driftPenalty,
  featureMatchingLoss,
  gradientPenalty,
  neutralScore,
  reportJudgements,
  zeroCentredPenalty,
} from "../losses/index.js";
import { type ForwardContext, type Module, withSubstitutes } from "../nn/index.js";
import type { OptimizerSpec, Progress, StateHolder } from "../train/index.js";
import { dependOnAll } from "./lazy-phases.js";
import type { Stabilisers } from "./stabilisers.js";
import { unrollUpdates } from "./unroll.js";

/** What a discriminator thinks of pictures. */
export interface Judgement {
  /** One score, or a map of scores, for each picture: [B, …]. */
  scores: Tensor;
  /** Hidden features for feature matching: [B, …] each. */
  features?: readonly Tensor[];
}

/** Options of {@link Adversary}. */
export interface AdversaryOptions<Given extends TensorRecord> {
  /** The game and what keeps it stable. */
  stabilisers: Stabilisers;
  /** Whose parameters an unrolled step moves. */
  discriminator: Module;
  /**
   * The discriminator's pass.
   *
   * @param images [B, H, W, C], as `stabilisers` leave them.
   * @param given What else it is told of each picture, such as labels: [B, …] each.
   */
  judge(images: Tensor4D, given: Given, ctx: ForwardContext): Judgement;
  /** Tells several discriminators of one variant apart in reports and scalars. Default: no prefix. */
  name?: string;
  /** Factor of the discriminator's adversarial terms, ½ in pix2pix and CycleGAN. Default 1. */
  discriminatorWeight?: number;
}

/** Pictures for the discriminator to judge. */
export interface Contest<Given extends TensorRecord> {
  /** [B, H, W, C], float32 in [-1, 1]. */
  real: Tensor4D;
  /** Of the same shape. */
  fake: Tensor4D;
  /** What the discriminator is told of the real pictures. */
  given: Given;
  /** What it is told of the generated ones. Default: the same. */
  fakeGiven?: Given;
}

/**
 * One discriminator and its game as a section of {@link Stabilisers} chooses them: loss terms for phases, the
 * scalars that these ask for, and what must be observed and saved.
 */
export class Adversary<Given extends TensorRecord = TensorRecord> {
  readonly #options: AdversaryOptions<Given>;
  readonly #loss: AdversarialLoss;
  readonly #prefix: string;
  readonly #ada: AdaptiveProbability | undefined;

  constructor(options: AdversaryOptions<Given>) {
    const { loss, labelSmoothing, adaTarget: target, adaImages: images } = options.stabilisers;
    this.#options = options;
    this.#loss = createAdversarialLoss(loss, { labelSmoothing });
    this.#prefix = options.name === undefined ? "" : `${options.name}.`;
    if (target > 0) this.#ada = new AdaptiveProbability({ target, images });
  }

  /** Whether penalties have a phase of their own. */
  get isLazy(): boolean {
    return this.#options.stabilisers.penaltyEvery > 1;
  }

  /** Whether the penalties look at generated pictures. */
  get penalisesFakes(): boolean {
    const { gradientPenalty, r2 } = this.#options.stabilisers;
    return gradientPenalty > 0 || r2 > 0;
  }

  /**
   * What the discriminator minimises: `real` and `fake`, `drift`, and, unless they have a phase of their own,
   * the penalties. Reports its judgements.
   */
  discriminatorTerms(contest: Contest<Given>, ctx: ForwardContext): Record<string, Scalar> {
    const { stabilisers, discriminatorWeight = 1 } = this.#options;
    const { drift, loss } = stabilisers;
    const seen = this.#perceiveBoth(contest, ctx);
    const [real, fake] = this.#score(seen, ctx);
    reportJudgements(ctx, real, fake, { loss, prefix: this.#prefix });
    if (this.#ada) {
      const signs = mean<Scalar>(sign(sub(real, neutralScore(loss))));
      const probability = ctx.scalar(`${this.#prefix}adaProbability`);
      ctx.report(`${this.#prefix}adaSign`, () => signs);
      ctx.report(`${this.#prefix}adaProbability`, () => probability.clone());
    }
    const terms: Record<string, Scalar> = { ...this.#loss.discriminator(real, fake) };
    if (discriminatorWeight !== 1) {
      for (const [name, term] of Object.entries(terms)) terms[name] = mul(term, discriminatorWeight);
    }
    if (drift > 0) terms.drift = driftPenalty(real, drift);
    return this.isLazy ? terms : { ...terms, ...this.#penalise(seen, 1, ctx) };
  }

  /** The penalties alone, as heavy as their interval is long, for a phase of their own. */
  penaltyTerms(contest: Contest<Given>, ctx: ForwardContext): Record<string, Scalar> {
    const { stabilisers, discriminator } = this.#options;
    const terms = this.#penalise(this.#perceiveBoth(contest, ctx), stabilisers.penaltyEvery, ctx);
    return Object.fromEntries(
      Object.entries(terms).map(([name, term]) => [name, dependOnAll(term, discriminator)]),
    );
  }

  /** What the generator minimises: `adversarial` and `featureMatching`. */
  generatorTerms(contest: Contest<Given>, ctx: ForwardContext): Record<string, Scalar> {
    const { stabilisers, discriminator } = this.#options;
    const { unrolledSteps, unrolledStepSize } = stabilisers;
    if (unrolledSteps === 0) return this.#opposeWith(contest, ctx);
    const computeLoss = () => {
      const [real, fake] = this.#score(this.#perceiveBoth(contest, ctx), ctx);
      return addN(Object.values(this.#loss.discriminator(real, fake))) as Scalar;
    };
    const parameters = [...discriminator.namedParameters().values()];
    const foreseen = unrollUpdates(parameters, computeLoss, unrolledSteps, unrolledStepSize);
    return withSubstitutes(foreseen, () => this.#opposeWith(contest, ctx));
  }

  /** What the discriminator's optimizer needs to know: the clipping of weights. */
  completeOptimizer(optimizer: OptimizerSpec): OptimizerSpec {
    const { weightClip } = this.#options.stabilisers;
    return weightClip > 0 ? { ...optimizer, weightClip } : optimizer;
  }

  /** For `Variant.scalars`. */
  scalars({ imagesSeen }: Pick<Progress, "imagesSeen">): Record<string, number> {
    const { instanceNoise, instanceNoiseImages } = this.#options.stabilisers;
    const scalars: Record<string, number> = {};
    if (this.#ada) scalars[`${this.#prefix}adaProbability`] = this.#ada.probability;
    if (instanceNoise > 0) {
      const left = Math.max(0, 1 - imagesSeen / instanceNoiseImages);
      scalars[`${this.#prefix}instanceNoise`] = instanceNoise * left;
    }
    return scalars;
  }

  /** For `Variant.observe`: adaptive augmentation learns how the discriminator judged real pictures. */
  observe(reports: Readonly<Record<string, number>>, { batchSize }: Pick<Progress, "batchSize">): void {
    const signs = reports[`${this.#prefix}adaSign`];
    if (signs !== undefined) this.#ada?.observe(signs, batchSize);
  }

  /** For `Variant.state`: what a checkpoint must keep, by name. */
  get state(): Record<string, StateHolder> {
    return this.#ada ? { [`${this.#prefix}ada`]: this.#ada } : {};
  }

  #opposeWith({ real, fake, given, fakeGiven = given }: Contest<Given>, ctx: ForwardContext) {
    const { featureMatching } = this.#options.stabilisers;
    const judged = this.#options.judge(this.#perceive(fake, ctx), fakeGiven, ctx);
    const terms: Record<string, Scalar> = { adversarial: this.#loss.generator(judged.scores) };
    if (featureMatching > 0) {
      const wanted = this.#options.judge(this.#perceive(real, ctx), given, ctx);
      const distance = featureMatchingLoss(wanted.features ?? [], judged.features ?? []);
      terms.featureMatching = mul(distance, featureMatching);
    }
    return terms;
  }

  #perceiveBoth({ real, fake, given, fakeGiven = given }: Contest<Given>, ctx: ForwardContext) {
    return { real: this.#perceive(real, ctx), fake: this.#perceive(fake, ctx), given, fakeGiven };
  }

  /** Pictures as the discriminator sees them. */
  #perceive(images: Tensor4D, ctx: ForwardContext): Tensor4D {
    const { diffAugment: policies, instanceNoise } = this.#options.stabilisers;
    const changed = this.#ada
      ? adaAugment(images, ctx.scalar(`${this.#prefix}adaProbability`), ctx)
      : diffAugment(images, policies, ctx);
    if (instanceNoise === 0) return changed;
    return add(changed, mul(ctx.normal(images.shape), ctx.scalar(`${this.#prefix}instanceNoise`)));
  }

  /** The scores of real and generated pictures, in two passes or one. */
  #score({ real, fake, given, fakeGiven }: Required<Contest<Given>>, ctx: ForwardContext): [Tensor, Tensor] {
    const { stabilisers, judge } = this.#options;
    if (stabilisers.discriminatorBatches === "separate") {
      return [judge(real, given, ctx).scores, judge(fake, fakeGiven, ctx).scores];
    }
    const both = Object.entries(given).map(([name, value]) => [
      name,
      concat([value, fakeGiven[name] as Tensor]),
    ]);
    const { scores } = judge(concat([real, fake]), Object.fromEntries(both) as Given, ctx);
    const part = (first: number) =>
      slice(scores, [first, ...scores.shape.slice(1).fill(0)], [real.shape[0], ...scores.shape.slice(1)]);
    return [part(0), part(real.shape[0])];
  }

  /** Gradient penalties where the discriminator looks: on pictures as {@link #perceive} leaves them. */
  #penalise({ real, fake, given, fakeGiven }: Required<Contest<Given>>, factor: number, ctx: ForwardContext) {
    const { judge, stabilisers } = this.#options;
    const { gradientPenalty: lambda, r1, r2 } = stabilisers;
    // These passes leave running statistics to the others.
    const still: ForwardContext = { ...ctx, updateBuffer() {} };
    const critic = (told: Given) => (images: Tensor4D) => judge(images, told, still).scores;
    const terms: Record<string, Scalar> = {};
    if (lambda > 0) {
      const mixing = ctx.uniform([real.shape[0]]);
      terms.gradientPenalty = gradientPenalty(critic(given), real, fake, mixing, { weight: lambda * factor });
    }
    if (r1 > 0) terms.r1 = zeroCentredPenalty(critic(given), real, r1 * factor);
    if (r2 > 0) terms.r2 = zeroCentredPenalty(critic(fakeGiven), fake, r2 * factor);
    return terms;
  }
}
