import { createStabilisersSchema, parseOptions, pictureChannelsSchema } from "@gan/core";
import { z } from "zod";

const channels = pictureChannelsSchema.default(3);

/** Everything that decides what a Pix2Pix is and how it learns. */
export const pix2pixConfigSchema = z
  .strictObject({
    /** Side of the square pictures that are trained on: a power of two from 32 to 512. */
    imageSize: z
      .int()
      .min(32)
      .max(512)
      .refine((size) => Number.isInteger(Math.log2(size)), {
        error: "must be a power of two from 32 to 512, such as 64, 128 or 256",
      })
      .default(256),
    /** Channels of what is translated: 1 for grey, 3 for RGB, 4 with alpha. */
    inputChannels: channels,
    /** Channels of what it becomes. */
    outputChannels: channels,
    /** Channels of the U-Net's first level; each level doubles them, up to eight times as many. */
    generatorFeatures: z.int().min(1).default(64),
    /** As `generatorFeatures`, for the discriminator. */
    discriminatorFeatures: z.int().min(1).default(64),
    /** Layers of stride 2: 3 judge patches of 70×70, 2 of 34×34, 1 of 16×16, 0 single pixels. */
    discriminatorLayers: z.int().min(0).max(6).default(3),
    /** Share of values dropped in the three innermost blocks of the decoder, in training and after it. */
    dropoutRate: z.number().min(0).lt(1).default(0.5),
    /** The game and what keeps it stable; the paper's game is `non-saturating`, cross-entropy on logits. */
    stabilisers: createStabilisersSchema({
      without: {
        latents: "this network's only noise is its dropout",
        minibatchDiscrimination: "patches are judged, not pictures",
        minibatchStandardDeviation: "patches are judged, not pictures",
        diffAugment: "it would move a picture against the one that it is to fit",
      },
    }),
    /** λ: weight of the mean absolute difference to the target. */
    reconstructionWeight: z.number().min(0).default(100),
    /** Adam's step size for the generator. */
    generatorLearningRate: z.number().positive().default(2e-4),
    /** Adam's step size for the discriminator. */
    discriminatorLearningRate: z.number().positive().default(2e-4),
    /** Adam's decay of the first moment. */
    beta1: z.number().min(0).lt(1).default(0.5),
    /** Adam's decay of the second moment. */
    beta2: z.number().min(0).lt(1).default(0.999),
    /** From `fromImages` on both learning rates fall straight to zero at `toImages`. Default: they stay. */
    decay: z
      .strictObject({ fromImages: z.int().min(0), toImages: z.int().min(1) })
      .refine(({ fromImages, toImages }) => toImages > fromImages, {
        error: "toImages must be above fromImages",
      })
      .optional(),
    /** Images after which a step's weights count half in the averaged generator; 0 keeps no average, as the paper. */
    averageHalfLifeImages: z.number().min(0).default(0),
    /** Moments of the generator's batch norms after training: each picture's own, as the paper, or the running ones. */
    testStatistics: z.enum(["batch", "running"]).default("batch"),
  })
  .refine(
    ({ imageSize, discriminatorLayers }) =>
      discriminatorLayers === 0 || imageSize >= 3 * 2 ** discriminatorLayers,
    {
      error: "are too many for imageSize: a picture needs 3 · 2^layers pixels",
      path: ["discriminatorLayers"],
    },
  );

/** A complete configuration. */
export type Pix2PixConfig = z.output<typeof pix2pixConfigSchema>;
/** A configuration before defaults are filled in. */
export type Pix2PixOptions = z.input<typeof pix2pixConfigSchema>;

/**
 * Fills in defaults and checks every rule.
 *
 * @throws ConfigError listing every problem at once.
 */
export function parsePix2PixConfig(options: Pix2PixOptions): Pix2PixConfig {
  return parseOptions("pix2pix", pix2pixConfigSchema, options);
}

/** Halvings of size from the picture to a single pixel: 8 at 256 pixels. */
export function computeLevels(imageSize: number): number {
  return Math.log2(imageSize);
}
