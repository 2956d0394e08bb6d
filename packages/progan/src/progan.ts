import {
  ConfigError,
  ExponentialAverage,
  type ForwardContext,
  type ImageBatch,
  Random,
  type SampleRequest,
  type Variant,
} from "@gan/core";
import { clipByValue, scalar, type Tensor2D, type Tensor4D, tidy } from "@tensorflow/tfjs-core";
import { levelOfSize, type ProganConfig, type ProganOptions, parseProganConfig } from "./config.js";
import { Discriminator } from "./discriminator.js";
import { Generator } from "./generator.js";
import { Growth } from "./growth.js";
import { createPhases, type ProganNetwork } from "./phases.js";
import { fadeAt } from "./schedule.js";

/** The discriminator's layers from the picture to the score, once it is grown. */
const listLayers = (last: number) => [
  `fromImages.${last}`,
  ...Array.from({ length: last }, (_, index) => `blocks.${last - index}`),
  "last",
  "dense",
  "judge",
];

/** The network's pictures are not bounded. */
const clip = (images: Tensor4D): Tensor4D => clipByValue(images, -1, 1);

/** A ProGAN ready to train or sample. */
export interface Progan extends Variant<ProganNetwork, ImageBatch, ProganConfig> {
  /** What trains: `generator` makes pictures, `discriminator` judges them. */
  networks: { generator: Generator; discriminator: Discriminator };
  /** Averages over training, of which samples are made. */
  averages: { generator: ExponentialAverage<Generator> };
  /** How far the networks have grown. */
  state: { growth: Growth } & Variant["state"];
  /**
   * As `sample`, at another level than the one that training has reached.
   *
   * @param level 0 for 4×4, up to the level of `imageSize`. Levels that were not trained give noise.
   * @throws ConfigError on a level that the networks do not have.
   */
  sampleLevel(request: SampleRequest<ImageBatch>, ctx: ForwardContext, level: number): Tensor4D;
}

/**
 * Builds a ProGAN (Karras, Aila, Laine, Lehtinen 2018, https://arxiv.org/abs/1710.10196) with fresh weights.
 * The networks hold all levels from the beginning; which take part is a function of the images seen.
 *
 * @param options Fields of {@link ProganConfig}, defaults for the rest, and `seed` (default 0) for the weights.
 * @throws ConfigError listing every problem of the options.
 */
export function createProgan(options: ProganOptions & { seed?: number } = {}): Progan {
  const { seed = 0, ...fields } = options;
  const config = parseProganConfig(fields);
  const random = new Random(seed).fork("weights");
  const generator = new Generator(config, random.fork("generator"));
  const discriminator = new Discriminator(config, random.fork("discriminator"));
  const copy = new Generator(config, random.fork("generator"));
  const average = new ExponentialAverage(generator, copy, config.averageHalfLifeImages);
  const growth = new Growth(config);
  const parts = createPhases(config, { generator, discriminator }, growth);
  const draw = (count: number, truncation: number | undefined, ctx: ForwardContext) => {
    // Latents are normalised by the network, so that their length cannot be truncated.
    if (truncation !== undefined && truncation !== 1) {
      throw new ConfigError(
        "progan",
        `truncation must be 1, since latents are normalised, got ${truncation}.`,
      );
    }
    return ctx.normal([count, config.latentSize]) as Tensor2D;
  };
  /** Pictures of the level that training has reached. */
  const generate = (latents: Tensor2D) => {
    const { level, isFading } = growth.stage;
    return clip(average.module.forward(latents, level, isFading ? scalar(growth.fade) : undefined));
  };
  const last = levelOfSize(config.imageSize);
  return {
    name: "progan",
    config,
    networks: { generator, discriminator },
    averages: { generator: average },
    state: { ...parts.state, growth },
    discriminatorLayers: listLayers(last),
    phases: parts.phases,
    stage: (imagesSeen) => growth.describeStage(imagesSeen),
    scalars: (progress) => ({
      ...parts.scalars(progress),
      fade: fadeAt(growth.schedule, progress.imagesSeen),
    }),
    observe(reports, progress) {
      parts.observe(reports, progress);
      const { imagesSeen, batchSize } = progress;
      growth.imagesSeen = imagesSeen + batchSize;
    },
    sample: ({ count, truncation }, ctx) => tidy(() => generate(draw(count, truncation, ctx))),
    latentSpace: {
      name: "z",
      interpolation: "spherical",
      draw: (count, ctx) => tidy(() => draw(count, 1, ctx)),
      generate: (points) => tidy(() => generate(points)),
    },
    sampleLevel({ count, truncation }, ctx, level) {
      if (!(Number.isInteger(level) && level >= 0 && level <= last)) {
        throw new ConfigError(
          "progan",
          `level must be a whole number from 0 (4×4) to ${last} (${config.imageSize}×${config.imageSize}), got ${level}.`,
        );
      }
      return tidy(() => clip(average.module.forward(draw(count, truncation, ctx), level)));
    },
    referenceImages: ({ images }) => images,
    exportable: {
      generator: {
        description: "Pictures of the level that training has reached, from latents.",
        inputs: { latents: { shape: [config.latentSize], values: "normal", description: "N(0, 1)" } },
        outputs: { images: "in [-1, 1]" },
        forward: ({ latents }) => ({
          images: clip(average.module.forward(latents as Tensor2D, growth.stage.level)),
        }),
      },
    },
  };
}
