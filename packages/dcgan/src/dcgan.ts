import {
  checkChannels,
  computeProbabilities,
  createInferenceContext,
  drawLatents,
  ExponentialAverage,
  type ImageBatch,
  Random,
  ShapeError,
  type Variant,
} from "@gan/core";
import { mul, reshape, type Tensor1D, type Tensor2D, type Tensor4D, tidy } from "@tensorflow/tfjs-core";
import { type DcganConfig, type DcganOptions, parseDcganConfig } from "./config.js";
import { Discriminator } from "./discriminator.js";
import { Generator } from "./generator.js";
import { createPhases, type DcganNetwork } from "./phases.js";

/** A DCGAN ready to train or sample. */
export interface Dcgan extends Variant<DcganNetwork, ImageBatch, DcganConfig> {
  /** What trains: `generator` makes pictures, `discriminator` judges them. */
  networks: { generator: Generator; discriminator: Discriminator };
  /** Averages over training, of which samples are made. */
  averages: { generator: ExponentialAverage<Generator> };
  /**
   * The discriminator's probability of each picture being real, σ of its logit, with running statistics
   * in its batch norms, so that a picture's value does not depend on the others, unless minibatch
   * features are on.
   *
   * @param images [count, imageSize, imageSize, channels], float32 in [-1, 1]; stays the caller's.
   * @returns [count], float32 in [0, 1], owned by the caller.
   * @throws ConfigError with the loss `wasserstein`, whose scores are no probabilities.
   */
  discriminate(images: Tensor4D): Tensor1D;
  /**
   * What the discriminator sees at each level, from half the picture's size downwards.
   *
   * @param images As for `discriminate`.
   * @returns [count, height, width, features] each, float32, owned by the caller.
   */
  featureMaps(images: Tensor4D): Tensor4D[];
}

/** Networks outside training draw nothing here. */
const withoutNoise = () => createInferenceContext(new Random(0));

/**
 * Builds a DCGAN (Radford, Metz, Chintala 2015, https://arxiv.org/abs/1511.06434) with fresh weights.
 *
 * @param options Fields of {@link DcganConfig}, defaults for the rest, and `seed` (default 0) for the
 *   weights.
 * @throws ConfigError listing every problem of the options.
 */
export function createDcgan(options: DcganOptions & { seed?: number } = {}): Dcgan {
  const { seed = 0, ...fields } = options;
  const config = parseDcganConfig(fields);
  const random = new Random(seed).fork("weights");
  const generator = new Generator(config, random.fork("generator"));
  const discriminator = new Discriminator(config, random.fork("discriminator"));
  const copy = new Generator(config, random.fork("generator"));
  const average = new ExponentialAverage(generator, copy, config.averageHalfLifeImages);
  const latents =
    config.stabilisers.latents === "normal"
      ? ({ values: "normal", description: "N(0, 1)" } as const)
      : ({ values: "pictures", description: "uniform in [-1, 1]" } as const);
  return {
    name: "dcgan",
    config,
    networks: { generator, discriminator },
    averages: { generator: average },
    ...createPhases(config, { generator, discriminator }),
    sample({ count, truncation = 1 }, ctx) {
      return tidy(() => {
        const drawn = drawLatents(ctx, config.stabilisers, count, config.latentSize);
        const latents = mul(drawn, truncation) as Tensor2D;
        return average.module.forward(latents, ctx);
      });
    },
    referenceImages: ({ images }) => images,
    latentSpace: {
      name: "z",
      interpolation: config.stabilisers.latents === "normal" ? "spherical" : "linear",
      draw: (count, ctx) => tidy(() => drawLatents(ctx, config.stabilisers, count, config.latentSize)),
      generate: (points, ctx) => tidy(() => average.module.forward(points, ctx)),
    },
    exportable: {
      generator: {
        description: `Pictures of ${config.imageSize}×${config.imageSize} from latents.`,
        inputs: { latents: { shape: [config.latentSize], ...latents } },
        outputs: { images: "in [-1, 1]" },
        forward: ({ latents }, ctx) => ({ images: average.module.forward(latents as Tensor2D, ctx) }),
      },
      discriminator: {
        description: "How real pictures look; a logit above 0 is more likely real.",
        inputs: {
          images: {
            shape: [config.imageSize, config.imageSize, config.channels],
            values: "pictures",
            description: "in [-1, 1]",
          },
        },
        outputs: { logits: "[batch, 1]; their sigmoid is the probability of being real" },
        forward: ({ images }, ctx) => ({ logits: discriminator.forward(images as Tensor4D, ctx) }),
      },
    },
    discriminate(images) {
      checkPictures(images, config);
      return tidy(() => {
        const scores = discriminator.forward(images, withoutNoise());
        return reshape(computeProbabilities(config.stabilisers.loss, scores), [-1]);
      });
    },
    featureMaps(images) {
      checkPictures(images, config);
      return tidy(() => discriminator.features(images, withoutNoise()));
    },
  };
}

/** @throws ShapeError on pictures of another size or number of channels. */
function checkPictures(images: Tensor4D, { imageSize, channels }: DcganConfig): void {
  checkChannels("the discriminator", images, 4, channels);
  const [, height, width] = images.shape;
  if (height === imageSize && width === imageSize) return;
  throw new ShapeError(
    "dcgan",
    `the discriminator needs pictures of ${imageSize}×${imageSize}, got ${height}×${width}. Resize them first.`,
  );
}
