import type { ImageBatch, Random } from "@gan/core";
import { createPatterns, createSquares, testVariant } from "@gan/test-kit/variant";
import { createExample } from "./example.js";

const tiny = {
  imageSize: 16,
  channels: 1,
  latentSize: 8,
  generatorFeatures: 8,
  discriminatorFeatures: 8,
  averageHalfLifeImages: 100,
} as const;
const createBatch = (random: Random): ImageBatch => ({ images: createPatterns(random, [8, 16, 16, 1]) });

testVariant("example", {
  kind: "generator",
  create: (seed) => createExample({ ...tiny, seed }),
  batchSize: 8,
  createBatch,
  pictureShape: [16, 16, 1],
  references: [
    {
      // Replace with the numbers of the paper, or of an implementation that counts.
      source: "by hand, 16 px, 8 features",
      create: () => createExample(tiny),
      // 8·256 + (16 + 16) + 16·8·16 + (8 + 8) + 8·16 + 1; 16·8 + 8 + 8·16·16 + (16 + 16) + 256 + 1.
      counts: { generator: 4_273, discriminator: 2_473 },
    },
  ],
  overfit: {
    create: (seed) => {
      const features = { generatorFeatures: 16, latentSize: 2, averageHalfLifeImages: 1000 };
      const rates = { generatorLearningRate: 2e-3, discriminatorLearningRate: 1e-3 };
      // The plain game swings about eight points; this one settles.
      const stabilisers = {
        loss: "hinge",
        spectralNorm: "discriminator",
        discriminatorNorm: "none",
      } as const;
      return createExample({ ...tiny, ...features, ...rates, stabilisers, seed });
    },
    createBatch: () => ({ images: createSquares(16, 1, 4) }),
    steps: 1000,
  },
});
