import { z } from "zod";
import { diffAugmentPolicies } from "../augment/index.js";
import { adversarialLossNames } from "../losses/index.js";
import { normNames } from "../nn/index.js";
import { findContradictions } from "./stabiliser-rules.js";

const share = () => z.number().min(0).lt(1);
const amount = () => z.number().min(0);
const count = () => z.int().min(0);

const fields = {
  /** The game: see `createAdversarialLoss`. */
  loss: z.enum(adversarialLossNames),
  /** One-sided: real pictures' target is 1 minus this. Salimans et al. 2016. */
  labelSmoothing: share(),
  /** What latents are drawn from: N(0, 1), or uniform in [-1, 1) as in the DCGAN paper. */
  latents: z.enum(["normal", "uniform"]),
  /** Generator and discriminator updates: so many of the discriminator's, each on a batch of its own, to one. */
  discriminatorSteps: z.int().min(1),
  /**
   * Whether real and generated pictures pass the discriminator one after the other, with batch statistics
   * of their own, or together.
   */
  discriminatorBatches: z.enum(["separate", "mixed"]),
  /** Normalisation between the discriminator's layers. */
  discriminatorNorm: z.enum(normNames),
  /** Which networks' weights are divided by their spectral norm. Miyato et al. 2018; both: Zhang et al. 2019. */
  spectralNorm: z.enum(["none", "discriminator", "both"]),
  /** Share of the discriminator's hidden features that is dropped. */
  discriminatorDropout: share(),
  /** Standard deviation of the noise on what the discriminator sees, at the start. Sønderby et al. 2017. */
  instanceNoise: amount(),
  /** Images after which that noise has faded, linearly, to nothing. */
  instanceNoiseImages: z.number().positive(),
  /** Features that tell how near a sample is to its batch. 0: none; the paper's 50. Salimans et al. 2016. */
  minibatchDiscrimination: count(),
  /** Pictures in a group whose standard deviation is a feature. 0: none; the paper's 4. Karras et al. 2018. */
  minibatchStandardDeviation: count(),
  /** λ of WGAN-GP's penalty between real and generated pictures. The paper's 10. Gulrajani et al. 2017. */
  gradientPenalty: amount(),
  /** γ of R1, on real pictures. Mescheder et al. 2018. */
  r1: amount(),
  /** γ of R2, on generated pictures. */
  r2: amount(),
  /**
   * Discriminator updates between two of the three penalties above, which weigh so many times more. Over 1
   * they are a phase of their own. Karras et al. 2020: 16.
   */
  penaltyEvery: z.int().min(1),
  /** ε of the drift penalty on real scores. ProGAN's 0.001. Karras et al. 2018. */
  drift: amount(),
  /** Keeps the discriminator's weights within plus and minus this. 0: no; the paper's 0.01. Arjovsky et al. 2017. */
  weightClip: amount(),
  /** Weight of feature matching in the generator's loss. Salimans et al. 2016. */
  featureMatching: amount(),
  /** Discriminator updates that the generator foresees. 0: none; the paper's 5. Metz et al. 2017. */
  unrolledSteps: count(),
  /** Step size of those foreseen updates, by plain gradient descent. */
  unrolledStepSize: z.number().positive(),
  /** Random changes of all that the discriminator sees. Zhao et al. 2020: all three. */
  diffAugment: z.array(z.enum(diffAugmentPolicies)),
  /**
   * The mean sign of real scores that adaptive augmentation aims at. 0: none; the paper's 0.6. Karras et al.
   * 2020 (ADA).
   */
  adaTarget: share(),
  /** Images in which its probability can go from 0 to 1. The paper's 500,000. */
  adaImages: z.number().positive(),
};

const fieldsSchema = z.strictObject(fields);

/** A complete section of stabilisers. */
export type Stabilisers = z.output<typeof fieldsSchema>;

/** Nothing but the plain game. */
const plain: Stabilisers = {
  loss: "non-saturating",
  labelSmoothing: 0,
  latents: "normal",
  discriminatorSteps: 1,
  discriminatorBatches: "separate",
  discriminatorNorm: "batch",
  spectralNorm: "none",
  discriminatorDropout: 0,
  instanceNoise: 0,
  instanceNoiseImages: 100_000,
  minibatchDiscrimination: 0,
  minibatchStandardDeviation: 0,
  gradientPenalty: 0,
  r1: 0,
  r2: 0,
  penaltyEvery: 1,
  drift: 0,
  weightClip: 0,
  featureMatching: 0,
  unrolledSteps: 0,
  unrolledStepSize: 0.01,
  diffAugment: [],
  adaTarget: 0,
  adaImages: 500_000,
};

/** Options of {@link createStabilisersSchema}. */
export interface StabilisersSchemaOptions {
  /** What this variant's paper has, where that is not the plain game with batch norm. */
  defaults?: Partial<Stabilisers>;
  /** What makes no sense for this variant, each with the reason: must keep its default. */
  without?: Partial<Record<keyof Stabilisers, string>>;
}

/**
 * The section of a variant's configuration that chooses its game and what keeps it stable; every key has a
 * default, unknown keys and contradictions are refused, each with its reason. {@link Adversary} does what it says,
 * but for the parts that belong to a network: `discriminatorNorm`, `spectralNorm`, `discriminatorDropout` and the
 * minibatch features, for which `createNorm`, `dropout` and {@link DiscriminatorHead} are there; and
 * `latents`, which {@link drawLatents} reads.
 *
 * ```ts
 * const schema = z.strictObject({ imageSize: z.int(), stabilisers: createStabilisersSchema() });
 * schema.parse({ imageSize: 64, stabilisers: { loss: "hinge", spectralNorm: "both", discriminatorNorm: "none" } });
 * ```
 */
export function createStabilisersSchema({ defaults = {}, without = {} }: StabilisersSchemaOptions = {}) {
  const initial: Stabilisers = { ...plain, ...defaults };
  const withDefaults = {
    loss: fields.loss.default(initial.loss),
    labelSmoothing: fields.labelSmoothing.default(initial.labelSmoothing),
    latents: fields.latents.default(initial.latents),
    discriminatorSteps: fields.discriminatorSteps.default(initial.discriminatorSteps),
    discriminatorBatches: fields.discriminatorBatches.default(initial.discriminatorBatches),
    discriminatorNorm: fields.discriminatorNorm.default(initial.discriminatorNorm),
    spectralNorm: fields.spectralNorm.default(initial.spectralNorm),
    discriminatorDropout: fields.discriminatorDropout.default(initial.discriminatorDropout),
    instanceNoise: fields.instanceNoise.default(initial.instanceNoise),
    instanceNoiseImages: fields.instanceNoiseImages.default(initial.instanceNoiseImages),
    minibatchDiscrimination: fields.minibatchDiscrimination.default(initial.minibatchDiscrimination),
    minibatchStandardDeviation: fields.minibatchStandardDeviation.default(initial.minibatchStandardDeviation),
    gradientPenalty: fields.gradientPenalty.default(initial.gradientPenalty),
    r1: fields.r1.default(initial.r1),
    r2: fields.r2.default(initial.r2),
    penaltyEvery: fields.penaltyEvery.default(initial.penaltyEvery),
    drift: fields.drift.default(initial.drift),
    weightClip: fields.weightClip.default(initial.weightClip),
    featureMatching: fields.featureMatching.default(initial.featureMatching),
    unrolledSteps: fields.unrolledSteps.default(initial.unrolledSteps),
    unrolledStepSize: fields.unrolledStepSize.default(initial.unrolledStepSize),
    diffAugment: fields.diffAugment.default(initial.diffAugment),
    adaTarget: fields.adaTarget.default(initial.adaTarget),
    adaImages: fields.adaImages.default(initial.adaImages),
  };
  return z
    .strictObject(withDefaults)
    .superRefine((given, context) => {
      const report = (key: keyof Stabilisers, message: string) =>
        context.addIssue({ code: "custom", path: [key], message });
      for (const [key, reason] of Object.entries(without) as [keyof Stabilisers, string][]) {
        const wanted = JSON.stringify(initial[key]);
        if (JSON.stringify(given[key]) !== wanted) report(key, `must stay ${wanted}: ${reason}`);
      }
      for (const { key, message } of findContradictions(given)) report(key, message);
    })
    .prefault({});
}
