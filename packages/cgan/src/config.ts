import { ConfigError, createStabilisersSchema, parseOptions, pictureChannelsSchema } from "@gan/core";
import { z } from "zod";

/** Whether halving leads to a whole side from 4 to 7. */
const isReachable = (imageSize: number) => Number.isInteger(computeStartSize(imageSize));

/** Everything that decides what a conditional GAN is and how it learns. */
export const cganConfigSchema = z.strictObject({
  /** Side of the square pictures from 8 to 256: 4, 5, 6 or 7 times a power of two, such as 28, 32 or 64. */
  imageSize: z
    .int()
    .min(8)
    .max(256)
    .refine(isReachable, { error: "must be 4, 5, 6 or 7 times a power of two, such as 28, 32, 64 or 128" })
    .default(32),
  /** Colour channels: 1 for grey, 3 for RGB, 4 with alpha. */
  channels: pictureChannelsSchema.default(3),
  /** Names of the classes, in the order of their numbers. The command takes them from the data if there are none. */
  classNames: z
    .array(z.string().min(1))
    .refine((names) => names.length !== 1, { error: "must be at least two" })
    .refine((names) => new Set(names).size === names.length, { error: "must differ from each other" })
    .default([]),
  /**
   * How the generator is told the class: `concatenate` appends it to the input of every layer, as one-hot
   * maps; `batch-norm` lets it choose scale and shift of every batch norm. Dumoulin et al. 2017.
   */
  generatorCondition: z.enum(["concatenate", "batch-norm"]).default("concatenate"),
  /**
   * How the discriminator is told the class: `concatenate` as above; `projection` adds the inner product of
   * the class's embedding and the last features. Miyato and Koyama 2018.
   */
  discriminatorCondition: z.enum(["concatenate", "projection"]).default("concatenate"),
  /** Size of the latent vector. */
  latentSize: z.int().min(1).default(100),
  /** Channels at half the picture's size; every halving doubles them. */
  generatorFeatures: z.int().min(1).default(64),
  /** As `generatorFeatures`, for the discriminator. */
  discriminatorFeatures: z.int().min(1).default(64),
  /** Adam's step size for the generator. */
  generatorLearningRate: z.number().positive().default(2e-4),
  /** Adam's step size for the discriminator. */
  discriminatorLearningRate: z.number().positive().default(2e-4),
  /** Adam's decay of the first moment. */
  beta1: z.number().min(0).lt(1).default(0.5),
  /** Adam's decay of the second moment. */
  beta2: z.number().min(0).lt(1).default(0.999),
  /** Images after which a step's weights count half in the averaged generator. */
  averageHalfLifeImages: z.number().min(0).default(10_000),
  /** The game and what keeps it stable. */
  stabilisers: createStabilisersSchema(),
});

/** A complete configuration. */
export type CganConfig = z.output<typeof cganConfigSchema>;
/** A configuration before defaults are filled in. */
export type CganOptions = z.input<typeof cganConfigSchema>;

/**
 * Fills in defaults and checks every rule.
 *
 * @throws ConfigError listing every problem at once, absent classes among them.
 */
export function parseCganConfig(options: CganOptions): CganConfig {
  const config = parseOptions("cgan", cganConfigSchema, options);
  if (config.classNames.length > 0) return config;
  throw new ConfigError(
    "cgan",
    'classNames must name the classes, got none. Take the data\'s, or give for example ["cat", "dog"].',
  );
}

/** Halvings of size between the picture and 4×4 to 7×7. */
export function computeLevels(imageSize: number): number {
  return Math.floor(Math.log2(imageSize / 4));
}

/** Side of the smallest feature maps: 4 for powers of two, 7 for 28 pixels. */
export function computeStartSize(imageSize: number): number {
  return imageSize / 2 ** computeLevels(imageSize);
}
