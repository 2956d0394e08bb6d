import type { ImageBatch, Random } from "@gan/core";
import { createPatterns, createSquares, testVariant } from "@gan/test-kit/variant";
import type { StyleganLiteOptions } from "./config.js";
import { createStyleganLite } from "./stylegan-lite.js";

const tiny: StyleganLiteOptions = {
  imageSize: 8,
  channels: 1,
  latentSize: 4,
  styleSize: 8,
  mappingLayers: 2,
  featureBase: 64,
  featureMax: 8,
  averageHalfLifeImages: 100,
  stabilisers: { r1: 0.1, penaltyEvery: 4 },
};
const createBatch = (random: Random): ImageBatch => ({ images: createPatterns(random, [8, 8, 8, 1]) });

testVariant("stylegan-lite", {
  kind: "generator",
  create: (seed) => createStyleganLite({ ...tiny, seed }),
  batchSize: 8,
  createBatch,
  pictureShape: [8, 8, 1],
  references: [
    {
      // See networks.test.ts for the paper's own sizes, which take long to draw.
      source: "the layers of config-f at 8 px with 8 features, by hand",
      create: () => createStyleganLite(tiny),
      counts: { generator: 2373, discriminator: 2945 },
    },
  ],
  // Slopes do not depend on these.
  unmoved: [
    "discriminator.last.bias",
    "discriminator.dense.bias",
    "discriminator.judge.bias",
    "generator.synthesis.toImages.0.bias",
    "generator.synthesis.toImages.1.bias",
  ],
  overfit: {
    create: (seed) =>
      createStyleganLite({
        ...tiny,
        featureMax: 24,
        latentSize: 4,
        pathLength: 0,
        styleMixing: 0,
        noise: false,
        averageHalfLifeImages: 3000,
        mappingLearningRateMultiplier: 1,
        generatorLearningRate: 2e-3,
        discriminatorLearningRate: 3e-3,
        stabilisers: { r1: 0.1, penaltyEvery: 4, minibatchStandardDeviation: 8 },
        seed,
      }),
    createBatch: () => ({ images: createSquares(8, 1, 2) }),
    steps: 2200,
  },
});
