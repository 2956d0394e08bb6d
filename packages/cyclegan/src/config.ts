import { createStabilisersSchema, parseOptions, pictureChannelsSchema } from "@gan/core";
import { z } from "zod";

/** Everything that decides what a CycleGAN is and how it learns. */
export const cycleGanConfigSchema = z
  .strictObject({
    /** Side of the square pictures that are trained on: a multiple of 4 from 32 to 512. */
    imageSize: z
      .int()
      .min(32)
      .max(512)
      .refine((size) => size % 4 === 0, {
        error: ({ input }) => {
          const below = Math.floor(Number(input) / 4) * 4;
          return `must be a multiple of 4, got ${input}. Use ${below} or ${below + 4}`;
        },
      })
      .default(256),
    /** Colour channels of both domains: 1 for grey, 3 for RGB, 4 with alpha. */
    channels: pictureChannelsSchema.default(3),
    /** Channels of the generators' first layer; they have four times as many in the middle. */
    generatorFeatures: z.int().min(1).default(64),
    /**
     * What a generator's last layer gives: the `picture`, as the paper, or the `change` that is added to the input.
     * Then a generator begins as the picture itself, which suits domains that differ in little.
     */
    generatorOutput: z.enum(["picture", "change"]).default("picture"),
    /**
     * How generators double the size: `transposed` convolutions (kernel 3, stride 2), as the paper, or `nearest`
     * neighbours and a convolution (kernel 3), free of checkerboards. Odena et al. 2016.
     */
    upsampling: z.enum(["transposed", "nearest"]).default("transposed"),
    /** Channels of the discriminators' first layer. */
    discriminatorFeatures: z.int().min(1).default(64),
    /** Residual blocks of a generator. Default: 9 from 256 pixels on, below that 6. */
    residualBlocks: z.int().min(1).max(32).optional(),
    /** The discriminators' layers of stride 2: 3 judge patches of 70×70, 2 of 34×34, 1 of 16×16, 0 single pixels. */
    discriminatorLayers: z.int().min(0).max(6).default(3),
    /** Both games and what keeps them stable; the paper's game is `least-squares`, its norm `instance`. */
    stabilisers: createStabilisersSchema({
      defaults: { loss: "least-squares", discriminatorNorm: "instance" },
      without: {
        latents: "these networks have no noise",
        minibatchDiscrimination: "patches are judged, not pictures",
        minibatchStandardDeviation: "patches are judged, not pictures",
        penaltyEvery: "penalties are part of every update here",
      },
    }),
    /** λA: weight of the mean absolute difference of A → B → A to A. */
    cycleWeightA: z.number().min(0).default(10),
    /** λB: the same of B → A → B. */
    cycleWeightB: z.number().min(0).default(10),
    /** Weight of a picture's change by the generator into its own domain, times λ of that domain; 0 leaves it out. */
    identityWeight: z.number().min(0).default(0.5),
    /** Translations of each domain that the discriminators' pool remembers; 0 shows them the newest only. */
    poolSize: z.int().min(0).max(1000).default(50),
    /** Adam's step size for both generators. */
    generatorLearningRate: z.number().positive().default(2e-4),
    /** Adam's step size for both discriminators. */
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
    /** Images after which a step's weights count half in the averaged generators; 0 keeps no average, as the paper. */
    averageHalfLifeImages: z.number().min(0).default(0),
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
export type CycleGanConfig = z.output<typeof cycleGanConfigSchema>;
/** A configuration before defaults are filled in. */
export type CycleGanOptions = z.input<typeof cycleGanConfigSchema>;

/**
 * Fills in defaults and checks every rule.
 *
 * @throws ConfigError listing every problem at once.
 */
export function parseCycleGanConfig(options: CycleGanOptions): CycleGanConfig {
  return parseOptions("cyclegan", cycleGanConfigSchema, options);
}

/** Residual blocks of a configuration: as the paper, 6 at 128 pixels and 9 at 256, unless it says. */
export function chooseResidualBlocks(config: Pick<CycleGanConfig, "imageSize" | "residualBlocks">): number {
  return config.residualBlocks ?? (config.imageSize >= 256 ? 9 : 6);
}
