import { createStabilisersSchema, parseOptions, pictureChannelsSchema } from "@gan/core";
import { z } from "zod";

const isPowerOfTwo = (value: number) => Number.isInteger(Math.log2(value));
const side = z
  .int()
  .min(4)
  .max(1024)
  .refine(isPowerOfTwo, { error: "must be a power of two from 4 to 1024, such as 32, 64 or 128" });

/** A value for some sides, such as `{ "4": 128, "64": 32 }`; one that is not named takes the next smaller side's. */
const bySide = <Value extends z.ZodType>(value: Value) =>
  z
    .record(z.string(), value)
    .refine((table) => Object.keys(table).every((key) => side.safeParse(Number(key)).success), {
      error: "must have sides from 4 to 1024 that are powers of two as its keys",
    });

const ownLayers = "the discriminator is the paper's";

/** Everything that decides what a ProGAN is, how it grows and how it learns. */
export const proganConfigSchema = z
  .strictObject({
    /** Side of the square pictures at the end of growth, a power of two from 4 to 1024. */
    imageSize: side.default(64),
    /** Side at which training begins. */
    startSize: side.default(4),
    /** Colour channels: 1 for grey, 3 for RGB, 4 with alpha. */
    channels: pictureChannelsSchema.default(3),
    /** Size of the latent vector. */
    latentSize: z.int().min(1).default(512),
    /** Features at a side of 4·2ˡ are `featureBase` / 2ˡ⁺¹, but at most `featureMax`. */
    featureBase: z.int().min(1).default(8192),
    /** See `featureBase`. */
    featureMax: z.int().min(1).default(512),
    /** Images while a new level fades in. */
    fadeImages: z.int().min(1).default(600_000),
    /** Images for which a level stays before the next; the last one stays to the end of training. */
    stableImages: z.int().min(1).default(600_000),
    /** Pictures in a step by side. */
    batchSizes: bySide(z.int().min(1)).default({ 4: 128, 32: 64, 64: 32, 128: 16, 256: 8, 512: 4 }),
    /** Adam's step size by side, for both networks. */
    learningRates: bySide(z.number().positive()).default({ 4: 1e-3 }),
    /** Adam's decay of the first moment. */
    beta1: z.number().min(0).lt(1).default(0),
    /** Adam's decay of the second moment. */
    beta2: z.number().min(0).lt(1).default(0.99),
    /** Adam's ε. */
    epsilon: z.number().positive().default(1e-8),
    /** Images after which a step's weights count half in the averaged generator. */
    averageHalfLifeImages: z.number().min(0).default(10_000),
    /** The game and what keeps it stable: by default the paper's WGAN-GP with drift. */
    stabilisers: createStabilisersSchema({
      defaults: {
        loss: "wasserstein",
        gradientPenalty: 10,
        drift: 1e-3,
        discriminatorNorm: "none",
        minibatchStandardDeviation: 4,
      },
      without: {
        discriminatorNorm: ownLayers,
        spectralNorm: "weights are scaled when they are used",
        discriminatorDropout: ownLayers,
        minibatchDiscrimination: ownLayers,
        featureMatching: ownLayers,
        latents: "latents are normalised",
      },
    }),
  })
  .superRefine((config, context) => {
    const refuse = (path: string, message: string) =>
      context.addIssue({ code: "custom", path: [path], message });
    const groupSize = config.stabilisers.minibatchStandardDeviation;
    if (config.startSize > config.imageSize) {
      refuse("startSize", `must be at most imageSize (${config.imageSize}), got ${config.startSize}`);
    }
    for (let size = config.startSize; size <= config.imageSize; size *= 2) {
      const batch = lookUpSide(config.batchSizes, size);
      if (batch === undefined) refuse("batchSizes", `must name a side of at most ${size}`);
      else if (groupSize > 0 && batch % Math.min(groupSize, batch) !== 0) {
        refuse(
          "batchSizes",
          `must be multiples of minibatchStandardDeviation (${groupSize}), got ${batch} at ${size} pixels`,
        );
      }
      if (lookUpSide(config.learningRates, size) === undefined) {
        refuse("learningRates", `must name a side of at most ${size}`);
      }
    }
  });

/** A complete configuration. */
export type ProganConfig = z.output<typeof proganConfigSchema>;
/** A configuration before defaults are filled in. */
export type ProganOptions = z.input<typeof proganConfigSchema>;

/** The value at a side: its own, or that of the next smaller side in the table. */
export function lookUpSide(table: Readonly<Record<string, number>>, size: number): number | undefined {
  const sides = Object.keys(table)
    .map(Number)
    .filter((key) => key <= size);
  return table[String(Math.max(...sides))];
}

/**
 * Fills in defaults and checks every rule.
 *
 * @throws ConfigError listing every problem at once.
 */
export function parseProganConfig(options: ProganOptions): ProganConfig {
  return parseOptions("progan", proganConfigSchema, options);
}

/** Side of the pictures at a level: 4 at level 0, doubled by each next one. */
export const sizeOfLevel = (level: number): number => 4 * 2 ** level;

/** The level whose pictures have a side. */
export const levelOfSize = (size: number): number => Math.log2(size / 4);

/** Features between the layers of a level: `min(featureBase / 2ˡ⁺¹, featureMax)`. Karras et al. 2018, table 2. */
export function featuresOfLevel(
  { featureBase, featureMax }: Pick<ProganConfig, "featureBase" | "featureMax">,
  level: number,
): number {
  return Math.max(1, Math.min(Math.floor(featureBase / 2 ** (level + 1)), featureMax));
}
