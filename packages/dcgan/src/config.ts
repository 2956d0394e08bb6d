import { createStabilisersSchema, parseOptions } from "@gan/core";
import { z } from "zod";

/** Whether halving leads to a whole side from 4 to 7. */
const isReachable = (imageSize: number) => Number.isInteger(computeStartSize(imageSize));

/** Everything that decides what a DCGAN is and how it learns. */
export const dcganConfigSchema = z.strictObject({
  /** Side of the square pictures from 8 to 256: 4, 5, 6 or 7 times a power of two, such as 28, 32 or 64. */
  imageSize: z
    .int()
    .min(8)
    .max(256)
    .refine(isReachable, { error: "must be 4, 5, 6 or 7 times a power of two, such as 28, 32, 64 or 128" })
    .default(64),
  /** Channels: 1 for grey, 3 for RGB, 4 with alpha; others for pictures that a program makes itself. */
  channels: z.int().min(1).default(3),
  /** Size of the latent vector. */
  latentSize: z.int().min(1).default(100),
  /** Channels at half the picture's size; every halving doubles them. */
  generatorFeatures: z.int().min(1).default(64),
  /** As `generatorFeatures`, for the discriminator. */
  discriminatorFeatures: z.int().min(1).default(64),
  /**
   * How the generator doubles the size: `transposed` convolutions (kernel 4, stride 2), as the paper,
   * or `nearest` neighbours and a convolution (kernel 3), free of checkerboards. Odena et al. 2016.
   */
  upsampling: z.enum(["transposed", "nearest"]).default("transposed"),
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
  /** The game and what keeps it stable; by default the paper's: non-saturating, batch norm in both. */
  stabilisers: createStabilisersSchema(),
});

/** A complete configuration. */
export type DcganConfig = z.output<typeof dcganConfigSchema>;
/** A configuration before defaults are filled in. */
export type DcganOptions = z.input<typeof dcganConfigSchema>;

/**
 * Fills in defaults and checks every rule.
 *
 * @throws ConfigError listing every problem at once.
 */
export function parseDcganConfig(options: DcganOptions): DcganConfig {
  return parseOptions("dcgan", dcganConfigSchema, options);
}

/** Halvings of size between the picture and 4×4 to 7×7. */
export function computeLevels(imageSize: number): number {
  return Math.floor(Math.log2(imageSize / 4));
}

/** Side of the smallest feature maps: 4 for powers of two, 7 for 28 pixels. */
export function computeStartSize(imageSize: number): number {
  return imageSize / 2 ** computeLevels(imageSize);
}
