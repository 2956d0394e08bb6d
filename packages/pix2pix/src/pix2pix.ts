import {
  ConfigError,
  ExponentialAverage,
  type ForwardContext,
  joinColumns,
  type PairBatch,
  PatchDiscriminator,
  Random,
  type Variant,
} from "@gan/core";
import { slice, type Tensor4D, tidy } from "@tensorflow/tfjs-core";
import { type Pix2PixConfig, type Pix2PixOptions, parsePix2PixConfig } from "./config.js";
import { createPhases, type Pix2PixNetwork } from "./phases.js";
import { UNet } from "./unet.js";

/** How {@link Pix2Pix.translate} runs the generator. */
export interface TranslateOptions {
  /** Whether dropout goes on, as in the paper, whose only noise it is. Default true. */
  dropout?: boolean;
}

/** A Pix2Pix ready to train or translate. */
export interface Pix2Pix extends Variant<Pix2PixNetwork, PairBatch, Pix2PixConfig> {
  /** What trains: `generator` translates, `discriminator` judges pairs. */
  networks: { generator: UNet; discriminator: PatchDiscriminator };
  /** The averaged generator; empty where none is kept. */
  averages: { generator?: ExponentialAverage<UNet> };
  /**
   * Translates pictures, with the averaged weights where there are such.
   *
   * @param images [count, H, W, inputChannels], float32 in [-1, 1], H and W multiples of `imageSize`; stays
   *   the caller's.
   * @param ctx Gives the dropout's noise.
   * @returns [count, H, W, outputChannels], float32 in [-1, 1], owned by the caller.
   */
  translate(images: Tensor4D, ctx: ForwardContext, options?: TranslateOptions): Tensor4D;
}

/**
 * Builds a Pix2Pix (Isola, Zhu, Zhou, Efros 2017, https://arxiv.org/abs/1611.07004) with fresh weights.
 *
 * @param options Fields of {@link Pix2PixConfig}, defaults for the rest, and `seed` (default 0) for the
 *   weights.
 * @throws ConfigError listing every problem of the options.
 */
export function createPix2Pix(options: Pix2PixOptions & { seed?: number } = {}): Pix2Pix {
  const { seed = 0, ...fields } = options;
  const config = parsePix2PixConfig(fields);
  const random = new Random(seed).fork("weights");
  const { averageHalfLifeImages, stabilisers } = config;
  const spectralNorm = stabilisers.spectralNorm === "both";
  const createGenerator = () => new UNet({ ...config, spectralNorm }, random.fork("generator"));
  const generator = createGenerator();
  const discriminator = new PatchDiscriminator({
    inputs: config.inputChannels + config.outputChannels,
    features: config.discriminatorFeatures,
    layers: config.discriminatorLayers,
    norm: stabilisers.discriminatorNorm,
    dropoutRate: stabilisers.discriminatorDropout,
    spectralNorm: stabilisers.spectralNorm !== "none",
    random: random.fork("discriminator"),
  });
  const average =
    averageHalfLifeImages > 0
      ? new ExponentialAverage(generator, createGenerator(), averageHalfLifeImages)
      : undefined;
  const translate: Pix2Pix["translate"] = (images, ctx, { dropout = true } = {}) => {
    const batchStatistics = config.testStatistics === "batch";
    const frozen: ForwardContext = { ...ctx, training: batchStatistics, report() {}, updateBuffer() {} };
    return tidy(() => (average?.module ?? generator).forward(images, frozen, dropout));
  };
  return {
    name: "pix2pix",
    config,
    networks: { generator, discriminator },
    averages: { ...(average !== undefined && { generator: average }) },
    ...createPhases(config, { generator, discriminator }),
    exportable: {
      generator: {
        description: `Translations of pictures; sides are multiples of ${config.imageSize}. Dropout is off.`,
        inputs: {
          source: {
            shape: [config.imageSize, config.imageSize, config.inputChannels],
            values: "pictures",
            description: "in [-1, 1]",
          },
        },
        outputs: { images: "in [-1, 1]" },
        forward: ({ source }, ctx) => ({ images: translate(source as Tensor4D, ctx, { dropout: false }) }),
      },
    },
    translate,
    sample({ count, batch }, ctx) {
      if (batch === undefined) {
        throw new ConfigError(
          "pix2pix",
          "samples are translations: give a batch with pictures to translate.",
        );
      }
      const [given, height, width, channels] = batch.input.shape;
      return tidy(() =>
        translate(slice(batch.input, 0, [Math.min(count, given), height, width, channels]), ctx),
      );
    },
    gallery({ input, target }, ctx) {
      const images = tidy(() => joinColumns([input, translate(input, ctx), target]));
      return { images, columns: 3 };
    },
    referenceImages: ({ target }) => target,
  };
}
