import { createStabilisersSchema, parseOptions, pictureChannelsSchema } from "@gan/core";
import { z } from "zod";

/** Everything that decides what the networks are and how they learn. */
export const vanillaConfigSchema = z.strictObject({
  /** Side of the square pictures, which dense layers know pixel by pixel: a multiple of 4 from 8 to 128. */
  imageSize: z.int().min(8).max(128).multipleOf(4).default(28),
  /** Channels: 1 for grey, 3 for RGB, 4 with alpha. */
  channels: pictureChannelsSchema.default(1),
  /** Size of the latent vector. */
  latentSize: z.int().min(1).default(100),
  /** Units of the generator's hidden layers, from the latents on. Goodfellow's own: 1200 and 1200. */
  generatorUnits: z.array(z.int().min(1)).min(1).default([512, 1024]),
  /**
   * Normalisation behind the generator's hidden layers: `none`, as the paper, or `batch`, without which dense layers tend to
   * give one picture whatever the latents are. Ioffe and Szegedy 2015.
   */
  generatorNorm: z.enum(["none", "batch"]).default("none"),
  /**
   * What judges: `convolutional`, two convolutions and a dense layer; or `maxout`, two layers of the largest of several
   * linear functions, as Goodfellow et al. 2014 have it.
   */
  discriminator: z.enum(["convolutional", "maxout"]).default("convolutional"),
  /** Channels of the convolutional discriminator's first layer; its second has twice as many. */
  discriminatorFeatures: z.int().min(1).default(32),
  /** Units of a discriminator's dense layers. Default: 128 of the convolutional one, 240 in each maxout layer. */
  discriminatorUnits: z.int().min(1).optional(),
  /** Linear functions of which a maxout unit is the largest. */
  maxoutPieces: z.int().min(1).default(5),
  /** Share of the picture's values that are dropped in front of the discriminator; Goodfellow's own: 0.2. */
  inputDropout: z.number().min(0).lt(1).default(0),
  /** First weights are uniform within plus and minus this in the generator; Goodfellow's own: 0.05. Default: Glorot's range. */
  generatorRange: z.number().positive().optional(),
  /** As `generatorRange`, for the discriminator; Goodfellow's own: 0.005. */
  discriminatorRange: z.number().positive().optional(),
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
  /** The game and what keeps it stable; `discriminatorDropout` is that between the discriminator's layers. */
  stabilisers: createStabilisersSchema({
    defaults: { discriminatorNorm: "none" },
    without: {
      discriminatorNorm: "these networks have no norm",
      minibatchStandardDeviation: "the last layer sees no feature maps",
    },
  }),
});

/** A complete configuration. */
export type VanillaConfig = z.output<typeof vanillaConfigSchema>;
/** A configuration before defaults are filled in. */
export type VanillaOptions = z.input<typeof vanillaConfigSchema>;

/**
 * Fills in defaults and checks every rule.
 *
 * @throws ConfigError listing every problem at once.
 */
export function parseVanillaConfig(options: VanillaOptions): VanillaConfig {
  return parseOptions("vanilla", vanillaConfigSchema, options);
}
