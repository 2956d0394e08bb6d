import { drawLatents, ExponentialAverage, type ImageBatch, Random, type Variant } from "@gan/core";
import { mul, type Tensor2D, type Tensor4D, tidy } from "@tensorflow/tfjs-core";
import { type ExampleConfig, type ExampleOptions, parseExampleConfig } from "./config.js";
import { Discriminator } from "./discriminator.js";
import { Generator } from "./generator.js";
import { createPhases, type ExampleNetwork } from "./phases.js";

/** A model ready to train or sample. */
export interface Example extends Variant<ExampleNetwork, ImageBatch, ExampleConfig> {
  /** What trains: `generator` makes pictures, `discriminator` judges them. */
  networks: { generator: Generator; discriminator: Discriminator };
  /** The average over training, of which samples are made. */
  averages: { generator: ExponentialAverage<Generator> };
}

/**
 * Builds the networks ({{authors}}, {{url}}) with fresh weights.
 *
 * @param options Fields of {@link ExampleConfig}, defaults for the rest, and `seed` (default 0) for the weights.
 * @throws ConfigError listing every problem of the options.
 */
export function createExample(options: ExampleOptions & { seed?: number } = {}): Example {
  const { seed = 0, ...fields } = options;
  const config = parseExampleConfig(fields);
  const { imageSize, channels, latentSize, stabilisers } = config;
  const random = new Random(seed).fork("weights");
  const generator = new Generator(config, random.fork("generator"));
  const discriminator = new Discriminator(config, random.fork("discriminator"));
  const copy = new Generator(config, random.fork("generator"));
  const average = new ExponentialAverage(generator, copy, config.averageHalfLifeImages);
  const isNormal = stabilisers.latents === "normal";
  return {
    name: "example",
    config,
    networks: { generator, discriminator },
    averages: { generator: average },
    ...createPhases(config, { generator, discriminator }),
    sample({ count, truncation = 1 }, ctx) {
      return tidy(() => {
        const latents = drawLatents(ctx, stabilisers, count, latentSize);
        return average.module.forward(mul(latents, truncation) as Tensor2D, ctx);
      });
    },
    referenceImages: ({ images }) => images,
    latentSpace: {
      name: "z",
      interpolation: isNormal ? "spherical" : "linear",
      draw: (count, ctx) => tidy(() => drawLatents(ctx, stabilisers, count, latentSize)),
      generate: (points, ctx) => tidy(() => average.module.forward(points, ctx)),
    },
    exportable: {
      generator: {
        description: `Pictures of ${imageSize}×${imageSize} from latents.`,
        inputs: {
          latents: {
            shape: [latentSize],
            values: isNormal ? "normal" : "pictures",
            description: isNormal ? "N(0, 1)" : "uniform in [-1, 1]",
          },
        },
        outputs: { images: "in [-1, 1]" },
        forward: ({ latents }, ctx) => ({ images: average.module.forward(latents as Tensor2D, ctx) }),
      },
      discriminator: {
        description: "How real pictures look; a logit above 0 is more likely real.",
        inputs: {
          images: { shape: [imageSize, imageSize, channels], values: "pictures", description: "in [-1, 1]" },
        },
        outputs: { logits: "[batch, 1]; their sigmoid is the probability of being real" },
        forward: ({ images }, ctx) => ({ logits: discriminator.forward(images as Tensor4D, ctx) }),
      },
    },
  };
}
