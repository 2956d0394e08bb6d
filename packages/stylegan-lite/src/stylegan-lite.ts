import {
  type Condition,
  ConfigError,
  createInferenceContext,
  ExponentialAverage,
  type ForwardContext,
  type ImageBatch,
  Random,
  type Variant,
} from "@gan/core";
import {
  clipByValue,
  concat,
  reshape,
  sigmoid,
  slice,
  type Tensor1D,
  type Tensor2D,
  type Tensor4D,
  tensor1d,
  tidy,
} from "@tensorflow/tfjs-core";
import { parseStyleganLiteConfig, type StyleganLiteConfig, type StyleganLiteOptions } from "./config.js";
import { Discriminator } from "./discriminator.js";
import { Generator } from "./generator.js";
import { type LayeredStyles, listStyles } from "./layered-styles.js";
import { createPhases, type StyleganLiteNetwork } from "./phases.js";

/** A StyleGAN-lite ready to train or sample. */
export interface StyleganLite extends Variant<StyleganLiteNetwork, ImageBatch, StyleganLiteConfig> {
  /** What trains: `generator` makes pictures, `discriminator` judges them. */
  networks: { generator: Generator; discriminator: Discriminator };
  /** Averages over training, of which samples are made. */
  averages: { generator: ExponentialAverage<Generator> };
  /** Styles that a picture is made of, from coarse to fine: two for each side from 4 pixels on. */
  styleCount: number;
  /**
   * Latents → styles, by the averaged network.
   *
   * @param latents [B, latentSize], N(0, 1); stays the caller's.
   * @param options `truncation` ψ (default 1) and, where there are classes, `labels`.
   * @returns [B, styleSize], owned by the caller.
   */
  mapLatents(latents: Tensor2D, options?: { truncation?: number; labels?: Condition }): Tensor2D;
  /**
   * Styles → pictures, by the averaged network.
   *
   * @param styles One [B, styleSize] for all layers, or one for each, from coarse to fine: [B, styleCount, styleSize],
   *   or as many of [B, styleSize]; they stay the caller's.
   * @param ctx Gives the noise.
   * @returns [B, imageSize, imageSize, channels] in [-1, 1], owned by the caller.
   */
  synthesize(styles: Tensor2D | LayeredStyles | readonly Tensor2D[], ctx: ForwardContext): Tensor4D;
  /**
   * σ of the discriminator's score: each picture's probability of being real. Pictures are judged one by one.
   *
   * @param images [count, imageSize, imageSize, channels], float32 in [-1, 1]; stays the caller's.
   * @returns [count], float32 in [0, 1], owned by the caller.
   */
  discriminate(images: Tensor4D): Tensor1D;
}

/**
 * Builds a StyleGAN2 (Karras et al. 2020, https://arxiv.org/abs/1912.04958) with fresh weights, any part of which
 * can be left out or made smaller.
 *
 * @param options Fields of {@link StyleganLiteConfig}, StyleGAN2's values for the rest, and `seed` (default 0) for
 *   the weights.
 * @throws ConfigError listing every problem of the options.
 */
export function createStyleganLite(options: StyleganLiteOptions & { seed?: number } = {}): StyleganLite {
  const { seed = 0, ...fields } = options;
  const config = parseStyleganLiteConfig(fields);
  const random = new Random(seed).fork("weights");
  const generator = new Generator(config, random.fork("generator"));
  const discriminator = new Discriminator(config, random.fork("discriminator"));
  const copy = new Generator(config, random.fork("generator"));
  const average = new ExponentialAverage(generator, copy, config.averageHalfLifeImages);
  const { mapping, synthesis } = average.module;
  const still = () => createInferenceContext(new Random(0));
  const mapLatents: StyleganLite["mapLatents"] = (latents, { truncation = 1, labels } = {}) => {
    checkLabels(config, labels);
    return tidy(() => mapping.truncate(mapping.forward(latents, still(), labels), truncation));
  };
  const synthesize: StyleganLite["synthesize"] = (styles, ctx) =>
    tidy(() => {
      const each = listStyles(styles, synthesis.styleCount);
      // The network's pictures are not bounded.
      return clipByValue(synthesis.forward(each, ctx), -1, 1);
    });
  return {
    name: "stylegan-lite",
    config,
    networks: { generator, discriminator },
    averages: { generator: average },
    ...createPhases(config, { generator, discriminator }),
    styleCount: synthesis.styleCount,
    sample({ count, truncation, condition }, ctx) {
      return tidy(() => {
        const latents = ctx.normal([count, config.latentSize]) as Tensor2D;
        const told = condition ?? spreadLabels(config, count);
        return synthesize(
          mapLatents(latents, { truncation: truncation ?? 1, ...(told && { labels: told }) }),
          ctx,
        );
      });
    },
    referenceImages: ({ images }) => images,
    latentSpace: {
      name: "w",
      interpolation: "linear",
      draw: (count, ctx) =>
        tidy(() => {
          const latents = ctx.normal([count, config.latentSize]) as Tensor2D;
          const labels = spreadLabels(config, count);
          return mapLatents(latents, labels && { labels });
        }),
      generate: synthesize,
    },
    // Labels are not among what can be exported yet.
    ...(config.classCount === 0 && {
      exportable: {
        generator: {
          description: `Pictures of ${config.imageSize}×${config.imageSize} from latents, without noise.`,
          inputs: { latents: { shape: [config.latentSize], values: "normal", description: "N(0, 1)" } },
          outputs: { images: "in [-1, 1]" },
          forward: ({ latents }, ctx) => {
            const style = mapping.forward(latents as Tensor2D, ctx);
            const styles = new Array<Tensor2D>(synthesis.styleCount).fill(style);
            return { images: clipByValue(synthesis.forward(styles, ctx, { noise: false }), -1, 1) };
          },
        },
      },
    }),
    mapLatents,
    synthesize,
    discriminate(images) {
      if (config.classCount > 0) {
        throw new ConfigError(
          "stylegan-lite",
          "a discriminator that is told of classes cannot judge without them.",
        );
      }
      return tidy(() => {
        const [count, height, width, channels] = images.shape;
        const scores = Array.from({ length: count }, (_, index) =>
          discriminator.forward(slice(images, [index, 0, 0, 0], [1, height, width, channels])),
        );
        return reshape(sigmoid(concat(scores)), [count]) as Tensor1D;
      });
    },
  };
}

/** Every class in turn, where nobody says which. */
function spreadLabels({ classCount }: StyleganLiteConfig, count: number): Tensor1D | undefined {
  if (classCount === 0) return undefined;
  return tensor1d(
    Int32Array.from({ length: count }, (_, index) => index % classCount),
    "int32",
  );
}

function checkLabels({ classCount }: StyleganLiteConfig, labels: Condition | undefined): void {
  if (classCount > 0 === (labels !== undefined)) return;
  throw new ConfigError(
    "stylegan-lite",
    classCount > 0
      ? `the model needs labels of its ${classCount} classes. Pass labels.`
      : "the model knows no classes, got labels. Leave them out, or train with model.classCount.",
  );
}
