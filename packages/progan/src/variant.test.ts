import type { ImageBatch, Random } from "@gan/core";
import { createPatterns, createSquares, testVariant } from "@gan/test-kit/variant";
import type { ProganOptions } from "./config.js";
import { createProgan } from "./progan.js";

const tiny: ProganOptions = {
  imageSize: 8,
  startSize: 8,
  channels: 1,
  latentSize: 4,
  featureBase: 64,
  featureMax: 8,
  batchSizes: { 4: 8 },
  averageHalfLifeImages: 100,
};
const createBatch = (random: Random): ImageBatch => ({ images: createPatterns(random, [8, 8, 8, 1]) });

testVariant("progan", {
  kind: "generator",
  create: (seed) => createProgan({ ...tiny, seed }),
  batchSize: 8,
  createBatch,
  pictureShape: [8, 8, 1],
  references: [
    {
      // See networks.test.ts for the paper's own size, which takes long to draw.
      source: "the paper's table 2 at 8 px with 8 features, by hand",
      create: () => createProgan({ ...tiny, startSize: 4 }),
      counts: { generator: 2290, discriminator: 2897 },
    },
  ],
  // Only the last level trains.
  unmoved: [
    "generator.toImages.0.weight",
    "generator.toImages.0.bias",
    "discriminator.fromImages.0.weight",
    "discriminator.fromImages.0.bias",
  ],
  overfit: {
    create: (seed) =>
      createProgan({
        ...tiny,
        featureMax: 16,
        latentSize: 2,
        averageHalfLifeImages: 1000,
        learningRates: { 4: 2e-3 },
        stabilisers: {
          loss: "non-saturating",
          gradientPenalty: 0,
          r1: 0.05,
          drift: 0,
          minibatchStandardDeviation: 8,
        },
        seed,
      }),
    createBatch: () => ({ images: createSquares(8, 1, 2) }),
    steps: 750,
  },
});
