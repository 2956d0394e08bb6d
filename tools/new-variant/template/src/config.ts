import { createStabilisersSchema, parseOptions, pictureChannelsSchema } from "@gan/core";
import { z } from "zod";

/** Everything that decides what the networks are and how they learn. */
export const exampleConfigSchema = z.strictObject({
  /** Side of the square pictures: a power of two from 8 to 256. */
  imageSize: z
    .int()
    .min(8)
    .max(256)
    .refine((size) => Number.isInteger(Math.log2(size)), {
      error: "must be a power of two, such as 32 or 64",
    })
    .default(32),
  /** Channels: 1 for grey, 3 for RGB, 4 with alpha. */
  channels: pictureChannelsSchema.default(3),
  /** Size of the latent vector. */
  latentSize: z.int().min(1).default(100),
  /** Channels of the generator at half the picture's size; every halving doubles them. */
  generatorFeatures: z.int().min(1).default(32),
  /** As `generatorFeatures`, for the discriminator. */
  discriminatorFeatures: z.int().min(1).default(32),
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
export type ExampleConfig = z.output<typeof exampleConfigSchema>;
/** A configuration before defaults are filled in. */
export type ExampleOptions = z.input<typeof exampleConfigSchema>;

/**
 * Fills in defaults and checks every rule.
 *
 * @throws ConfigError listing every problem at once.
 */
export function parseExampleConfig(options: ExampleOptions): ExampleConfig {
  return parseOptions("example", exampleConfigSchema, options);
}

/** Halvings of size between the picture and 4×4. */
export const countLevels = (imageSize: number): number => Math.log2(imageSize) - 2;
