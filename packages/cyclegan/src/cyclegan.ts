import {
  ConfigError,
  ExponentialAverage,
  type ExportableNetwork,
  type ForwardContext,
  joinColumns,
  PatchDiscriminator,
  Random,
  type UnpairedBatch,
  type Variant,
} from "@gan/core";
import { slice, type Tensor4D, tidy } from "@tensorflow/tfjs-core";
import { type CycleGanConfig, type CycleGanOptions, parseCycleGanConfig } from "./config.js";
import { Generator, sizeMultiple } from "./generator.js";
import { ImagePool } from "./image-pool.js";
import { type CycleGanNetwork, createPhases } from "./phases.js";

/** Which domain is translated into which. */
export type Direction = "a2b" | "b2a";

/** A CycleGAN ready to train or translate. */
export interface CycleGan extends Variant<CycleGanNetwork, UnpairedBatch, CycleGanConfig> {
  /** What trains: a generator for each direction, a discriminator for each domain. */
  networks: {
    generatorA2B: Generator;
    generatorB2A: Generator;
    discriminatorA: PatchDiscriminator;
    discriminatorB: PatchDiscriminator;
  };
  /** Averaged generators; empty where none are kept. */
  averages: { generatorA2B?: ExponentialAverage<Generator>; generatorB2A?: ExponentialAverage<Generator> };
  /** The pools of remembered translations, by domain. */
  state: { poolA: ImagePool; poolB: ImagePool };
  /**
   * Translates pictures, with the averaged weights where there are such.
   *
   * @param images [count, H, W, channels], float32 in [-1, 1], H and W multiples of 4; stays the caller's.
   * @returns The same shape and range, owned by the caller.
   */
  translate(images: Tensor4D, direction: Direction, ctx: ForwardContext): Tensor4D;
}

/**
 * Builds a CycleGAN (Zhu, Park, Isola, Efros 2017, https://arxiv.org/abs/1703.10593) with fresh weights.
 *
 * @param options Fields of {@link CycleGanConfig}, defaults for the rest, and `seed` (default 0) for the
 *   weights.
 * @throws ConfigError listing every problem of the options.
 */
export function createCycleGan(options: CycleGanOptions & { seed?: number } = {}): CycleGan {
  const { seed = 0, ...fields } = options;
  const config = parseCycleGanConfig(fields);
  const random = new Random(seed).fork("weights");
  const { stabilisers } = config;
  const spectralNorm = stabilisers.spectralNorm === "both";
  const createGenerator = (name: string) => new Generator({ ...config, spectralNorm }, random.fork(name));
  const createDiscriminator = (name: string) =>
    new PatchDiscriminator({
      inputs: config.channels,
      features: config.discriminatorFeatures,
      layers: config.discriminatorLayers,
      norm: stabilisers.discriminatorNorm,
      dropoutRate: stabilisers.discriminatorDropout,
      spectralNorm: stabilisers.spectralNorm !== "none",
      random: random.fork(name),
    });
  const networks = {
    generatorA2B: createGenerator("generatorA2B"),
    generatorB2A: createGenerator("generatorB2A"),
    discriminatorA: createDiscriminator("discriminatorA"),
    discriminatorB: createDiscriminator("discriminatorB"),
  };
  const createPool = () => new ImagePool({ ...config, size: config.poolSize });
  const pools = { poolA: createPool(), poolB: createPool() };
  const averages = createAverages(config, networks, createGenerator);
  const generators: Record<Direction, Generator> = {
    a2b: averages.generatorA2B?.module ?? networks.generatorA2B,
    b2a: averages.generatorB2A?.module ?? networks.generatorB2A,
  };
  const translate: CycleGan["translate"] = (images, direction, ctx) =>
    tidy(() => generators[direction].forward(images, ctx));
  const adversarial = createPhases(config, { ...networks, ...pools });
  return {
    name: "cyclegan",
    config,
    networks,
    averages,
    ...adversarial,
    state: { ...adversarial.state, ...pools },
    exportable: {
      a2b: createExport("a2b", config, translate),
      b2a: createExport("b2a", config, translate),
    },
    translate,
    sample({ count, batch }, ctx) {
      if (batch === undefined) {
        throw new ConfigError(
          "cyclegan",
          "samples are translations: give a batch with pictures to translate.",
        );
      }
      const [given, ...shape] = batch.a.shape;
      return tidy(() =>
        translate(slice(batch.a, 0, [Math.min(count, given), ...shape]) as Tensor4D, "a2b", ctx),
      );
    },
    gallery({ a, b }, ctx) {
      const images = tidy(() => {
        const [fakeB, fakeA] = [translate(a, "a2b", ctx), translate(b, "b2a", ctx)];
        return joinColumns([a, fakeB, translate(fakeB, "b2a", ctx), b, fakeA, translate(fakeA, "a2b", ctx)]);
      });
      return { images, columns: 6 };
    },
    referenceImages: ({ b }) => b,
  };
}

function createExport(
  direction: Direction,
  { imageSize, channels }: CycleGanConfig,
  translate: CycleGan["translate"],
): ExportableNetwork {
  return {
    description: `Translations ${direction}; sides are multiples of ${sizeMultiple}.`,
    inputs: {
      source: { shape: [imageSize, imageSize, channels], values: "pictures", description: "in [-1, 1]" },
    },
    outputs: { images: "in [-1, 1]" },
    forward: ({ source }, ctx) => ({ images: translate(source as Tensor4D, direction, ctx) }),
  };
}

function createAverages(
  { averageHalfLifeImages }: CycleGanConfig,
  networks: CycleGan["networks"],
  create: (name: string) => Generator,
): CycleGan["averages"] {
  if (averageHalfLifeImages === 0) return {};
  const average = (name: "generatorA2B" | "generatorB2A") =>
    new ExponentialAverage(networks[name], create(name), averageHalfLifeImages);
  return { generatorA2B: average("generatorA2B"), generatorB2A: average("generatorB2A") };
}
