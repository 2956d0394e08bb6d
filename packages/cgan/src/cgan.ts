import {
  type Condition,
  checkChannels,
  createInferenceContext,
  drawLatents,
  ExponentialAverage,
  findClass,
  type LabelledImageBatch,
  Random,
  ShapeError,
  type Variant,
} from "@gan/core";
import {
  mul,
  reshape,
  sigmoid,
  type Tensor1D,
  type Tensor2D,
  type Tensor4D,
  tensor1d,
  tidy,
} from "@tensorflow/tfjs-core";
import { type CganConfig, type CganOptions, parseCganConfig } from "./config.js";
import { Discriminator } from "./discriminator.js";
import { describeNetworks } from "./exportable.js";
import { Generator } from "./generator.js";
import { type CganNetwork, createPhases } from "./phases.js";

/** A conditional GAN ready to train or sample. */
export interface Cgan extends Variant<CganNetwork, LabelledImageBatch, CganConfig> {
  /** What trains: `generator` makes pictures, `discriminator` judges them. */
  networks: { generator: Generator; discriminator: Discriminator };
  /** Averages over training, of which samples are made. */
  averages: { generator: ExponentialAverage<Generator> };
  /**
   * The number of a class.
   *
   * @param nameOrNumber A name comes before a number that reads the same.
   * @throws ConfigError, listing the classes, when there is no such class.
   */
  classNumber(nameOrNumber: string | number): number;
  /**
   * The condition for pictures of some classes: [classes.length], int32, owned by the caller.
   *
   * ```ts
   * const condition = cgan.condition(["cat", "cat", "dog"]);
   * const images = cgan.sample({ count: 3, condition }, createInferenceContext(new Random(7)));
   * ```
   *
   * @throws ConfigError as `classNumber` does.
   */
  condition(classes: readonly (string | number)[]): Tensor1D;
  /**
   * The discriminator's probability of each picture being a real one of its class, σ of its logit, with running
   * statistics in its batch norms, so that a picture's value does not depend on the others.
   *
   * @param images [count, imageSize, imageSize, channels], float32 in [-1, 1]; stays the caller's.
   * @param condition The classes, as in `sample`.
   * @returns [count], float32 in [0, 1], owned by the caller.
   * @throws ShapeError on pictures of another size or number of channels.
   */
  discriminate(images: Tensor4D, condition: Condition): Tensor1D;
  /**
   * What the discriminator sees at each level, from half the picture's size downwards.
   *
   * @returns [count, height, width, features] each, float32, owned by the caller.
   */
  featureMaps(images: Tensor4D, condition: Condition): Tensor4D[];
}

/** Networks outside training draw nothing here. */
const withoutNoise = () => createInferenceContext(new Random(0));

/**
 * Builds a conditional GAN (Mirza and Osindero 2014, https://arxiv.org/abs/1411.1784) of DCGAN's layers with fresh
 * weights.
 *
 * @param options Fields of {@link CganConfig}, of which `classNames` is needed, and `seed` (default 0) for the
 *   weights.
 * @throws ConfigError listing every problem of the options.
 */
export function createCgan(options: CganOptions & { seed?: number }): Cgan {
  const { seed = 0, ...fields } = options;
  const config = parseCganConfig(fields);
  const { classNames, stabilisers, latentSize } = config;
  const random = new Random(seed).fork("weights");
  const generator = new Generator(config, random.fork("generator"));
  const discriminator = new Discriminator(config, random.fork("discriminator"));
  const copy = new Generator(config, random.fork("generator"));
  const average = new ExponentialAverage(generator, copy, config.averageHalfLifeImages);
  const classNumber = (wanted: string | number) => findClass("cgan", classNames, wanted);
  return {
    name: "cgan",
    config,
    networks: { generator, discriminator },
    averages: { generator: average },
    ...createPhases(config, { generator, discriminator }),
    classNumber,
    condition: (classes) => tensor1d(classes.map(classNumber), "int32"),
    sample({ count, condition, truncation = 1 }, ctx) {
      return tidy(() => {
        const latents = drawLatents(ctx, stabilisers, count, latentSize);
        const inTurn = () =>
          tensor1d(
            Array.from({ length: count }, (_, i) => i % classNames.length),
            "int32",
          );
        return average.module.forward(mul(latents, truncation) as Tensor2D, condition ?? inTurn(), ctx);
      });
    },
    referenceImages: ({ images }) => images,
    exportable: describeNetworks(config, average.module, discriminator),
    discriminate(images, condition) {
      checkPictures(images, config);
      return tidy(() => reshape(sigmoid(discriminator.forward(images, condition, withoutNoise())), [-1]));
    },
    featureMaps(images, condition) {
      checkPictures(images, config);
      return tidy(() => [...discriminator.judge(images, condition, withoutNoise()).features] as Tensor4D[]);
    },
  };
}

/** @throws ShapeError on pictures of another size or number of channels. */
function checkPictures(images: Tensor4D, { imageSize, channels }: CganConfig): void {
  checkChannels("the discriminator", images, 4, channels);
  const [, height, width] = images.shape;
  if (height === imageSize && width === imageSize) return;
  throw new ShapeError(
    "cgan",
    `the discriminator needs pictures of ${imageSize}×${imageSize}, got ${height}×${width}. Resize them first.`,
  );
}
