import type { ImageBatch, Random } from "@gan/core";
import { createPatterns, createSquares, testVariant } from "@gan/test-kit/variant";
import { createVanilla } from "./vanilla.js";

const tiny = {
  imageSize: 16,
  channels: 1,
  latentSize: 8,
  generatorUnits: [16, 24],
  discriminatorFeatures: 4,
  discriminatorUnits: 16,
  averageHalfLifeImages: 100,
} as const;
const generatorUnits = [...tiny.generatorUnits];
const createBatch = (random: Random): ImageBatch => ({ images: createPatterns(random, [8, 16, 16, 1]) });

testVariant("vanilla", {
  kind: "generator",
  create: (seed) => createVanilla({ ...tiny, generatorUnits, seed }),
  batchSize: 8,
  createBatch,
  pictureShape: [16, 16, 1],
  references: [
    {
      // (100 + 1)·512 + (512 + 1)·1024 + (1024 + 1)·784; 9·32 + 32, 9·32·64 + 64, (49·64 + 1)·128, 128 + 1.
      source: "by hand, 100 → 512 → 1024 → 784; 32 and 64 channels, 128 units",
      create: () => createVanilla(),
      counts: { generator: 1_380_624, discriminator: 420_481 },
    },
    {
      // 101·1200 + 1201·1200 + 1201·784; 785·1200 + 241·1200 + 241.
      source: "Goodfellow's mnist.yaml: 1200 and 1200 units; 240 maxout units of 5 pieces, twice",
      create: () => createVanilla({ generatorUnits: [1200, 1200], discriminator: "maxout" }),
      counts: { generator: 2_503_984, discriminator: 1_231_441 },
    },
  ],
  overfit: {
    create: (seed) =>
      createVanilla({
        ...tiny,
        latentSize: 2,
        generatorUnits: [64, 128],
        generatorNorm: "batch",
        discriminatorFeatures: 8,
        discriminatorUnits: 64,
        averageHalfLifeImages: 1000,
        generatorLearningRate: 2e-3,
        discriminatorLearningRate: 1e-3,
        // The plain game swings about eight points; this one settles.
        stabilisers: { loss: "hinge", spectralNorm: "discriminator" },
        seed,
      }),
    createBatch: () => ({ images: createSquares(16, 1, 4) }),
    steps: 1000,
  },
});
