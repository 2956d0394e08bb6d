import type { LabelledImageBatch, Random } from "@gan/core";
import { createPatterns, createSquares, testVariant } from "@gan/test-kit/variant";
import { tensor1d } from "@tensorflow/tfjs-core";
import { createCgan } from "./cgan.js";

const tiny = {
  imageSize: 16,
  channels: 1,
  classNames: ["cat", "dog", "fish"],
  latentSize: 8,
  generatorFeatures: 8,
  discriminatorFeatures: 8,
  averageHalfLifeImages: 100,
};
const quarters = { ...tiny, classNames: ["first", "second", "third", "fourth"] };
const createBatch = (random: Random): LabelledImageBatch => ({
  images: createPatterns(random, [8, 16, 16, 1]),
  labels: tensor1d(
    Array.from({ length: 8 }, () => random.integer(3)),
    "int32",
  ),
});
const digits = Array.from({ length: 10 }, (_, digit) => String(digit));

const shared = {
  kind: "conditional",
  classes: 3,
  batchSize: 8,
  createBatch,
  pictureShape: [16, 16, 1],
} as const;
const overfit = (steps: number, options: Partial<Parameters<typeof createCgan>[0]>) => ({
  create: (seed: number) =>
    createCgan({
      ...quarters,
      generatorFeatures: 16,
      latentSize: 2,
      averageHalfLifeImages: 1000,
      generatorLearningRate: 4e-3,
      discriminatorLearningRate: 2e-3,
      ...options,
      seed,
    }),
  createBatch: () => ({
    images: createSquares(16, 1, 4),
    labels: tensor1d(
      Array.from({ length: 32 }, (_, index) => index % 4),
      "int32",
    ),
  }),
  steps,
});

testVariant("cgan", {
  ...shared,
  create: (seed) => createCgan({ ...tiny, seed }),
  references: [
    {
      source: "benchmarks/peers/cgan_networks.py --size 32 --channels 1",
      create: () =>
        createCgan({ channels: 1, classNames: digits, generatorFeatures: 32, discriminatorFeatures: 16 }),
      counts: { generator: 405_600, discriminator: 60_512 },
    },
  ],
  overfit: overfit(500, {}),
});

const projection = { generatorCondition: "batch-norm", discriminatorCondition: "projection" } as const;

testVariant("cgan with projection and conditional batch norm", {
  ...shared,
  create: (seed) => createCgan({ ...tiny, ...projection, seed }),
  references: [
    {
      source: "benchmarks/peers/cgan_networks.py --size 32 --channels 1 --projection",
      create: () =>
        createCgan({
          ...projection,
          channels: 1,
          classNames: digits,
          generatorFeatures: 32,
          discriminatorFeatures: 16,
        }),
      counts: { generator: 373_632, discriminator: 43_072 },
    },
  ],
  overfit: overfit(750, projection),
});
