import { createStabilisersSchema, parseOptions, pictureChannelsSchema } from "@gan/core";
import { z } from "zod";

const isPowerOfTwo = (value: number) => Number.isInteger(Math.log2(value));
const equalised = "the layers' weights are scaled when they are used";
const fixedHead = "the discriminator is StyleGAN2's";

/** Everything that decides what a StyleGAN-lite is and how it learns. The defaults are StyleGAN2's. */
export const styleganLiteConfigSchema = z
  .strictObject({
    /** Side of the square pictures, a power of two from 8 to 1024. */
    imageSize: z
      .int()
      .min(8)
      .max(1024)
      .refine(isPowerOfTwo, { error: "must be a power of two from 8 to 1024, such as 32, 64 or 128" })
      .default(64),
    /** Colour channels: 1 for grey, 3 for RGB, 4 with alpha. */
    channels: pictureChannelsSchema.default(3),
    /** Classes that both networks are told of; 0 for none. */
    classCount: z.int().min(0).default(0),
    /** Size of the latent vector z. */
    latentSize: z.int().min(1).default(512),
    /** Size of the style w. */
    styleSize: z.int().min(1).default(512),
    /** Dense layers from z to w. */
    mappingLayers: z.int().min(1).default(8),
    /** How fast the mapping network learns against the rest. */
    mappingLearningRateMultiplier: z.number().positive().default(0.01),
    /** Features at a side of s pixels are `featureBase` / s, but at most `featureMax`. */
    featureBase: z.int().min(1).default(32_768),
    /** See `featureBase`. */
    featureMax: z.int().min(1).default(512),
    /** Random numbers added to each pixel of each layer, their strength learned. */
    noise: z.boolean().default(true),
    /** Share of pictures made with two styles, one for the coarse levels and one for the fine. */
    styleMixing: z.number().min(0).max(1).default(0.9),
    /** Weight of the path length regularisation; 0 for none. Karras et al. 2020, section 3.2. */
    pathLength: z.number().min(0).default(2),
    /** Generator updates between two of path length regularisation. */
    pathLengthEvery: z.int().min(1).default(4),
    /** How much of a batch path length regularisation takes: one part in so many. */
    pathLengthShrink: z.int().min(1).default(2),
    /** How fast the mean path length follows. */
    pathLengthDecay: z.number().gt(0).max(1).default(0.01),
    /** How much of the old mean style is kept in a step. */
    meanStyleDecay: z.number().min(0).lt(1).default(0.995),
    /** Adam's step size, before the correction for lazy phases. */
    generatorLearningRate: z.number().positive().default(2.5e-3),
    /** As `generatorLearningRate`. */
    discriminatorLearningRate: z.number().positive().default(2.5e-3),
    /** Adam's decay of the first moment. */
    beta1: z.number().min(0).lt(1).default(0),
    /** Adam's decay of the second moment. */
    beta2: z.number().min(0).lt(1).default(0.99),
    /** Adam's ε. */
    epsilon: z.number().positive().default(1e-8),
    /** Images after which a step's weights count half in the averaged generator; shorter early on. */
    averageHalfLifeImages: z.number().min(0).default(10_000),
    /** The game and what keeps it stable; `r1` is best near {@link suggestR1}. */
    stabilisers: createStabilisersSchema({
      defaults: {
        loss: "non-saturating",
        r1: 1,
        penaltyEvery: 16,
        discriminatorNorm: "none",
        minibatchStandardDeviation: 4,
      },
      without: {
        discriminatorNorm: fixedHead,
        spectralNorm: equalised,
        discriminatorDropout: fixedHead,
        minibatchDiscrimination: fixedHead,
        featureMatching: fixedHead,
        latents: "latents are normalised",
      },
    }),
  })
  .superRefine(({ imageSize, featureBase }, context) => {
    if (featureBase < imageSize) {
      context.addIssue({
        code: "custom",
        path: ["featureBase"],
        message: `must be at least imageSize (${imageSize}), got ${featureBase}`,
      });
    }
  });

/** A complete configuration. */
export type StyleganLiteConfig = z.output<typeof styleganLiteConfigSchema>;
/** A configuration before defaults are filled in. */
export type StyleganLiteOptions = z.input<typeof styleganLiteConfigSchema>;

/**
 * Fills in defaults and checks every rule.
 *
 * @throws ConfigError listing every problem at once.
 */
export function parseStyleganLiteConfig(options: StyleganLiteOptions): StyleganLiteConfig {
  return parseOptions("stylegan-lite", styleganLiteConfigSchema, options);
}

/** Levels from 4×4 (level 0) to the picture's size. */
export const countLevels = (imageSize: number): number => Math.log2(imageSize / 4) + 1;

/** Styles that a picture is made of: one for each convolution, and one for the last layer to colours. */
export const countStyles = (imageSize: number): number => 2 * countLevels(imageSize);

/** Features at a level: `min(featureBase / side, featureMax)`. */
export function featuresOfLevel(
  { featureBase, featureMax }: Pick<StyleganLiteConfig, "featureBase" | "featureMax">,
  level: number,
): number {
  return Math.min(Math.floor(featureBase / (4 * 2 ** level)), featureMax);
}

/** R1's γ as a rule of thumb: `0.0002 · side² / batch`. Karras et al. 2020 (ADA), appendix. */
export const suggestR1 = (imageSize: number, batchSize: number): number =>
  (0.0002 * imageSize ** 2) / batchSize;
