import type { ImageBatch, Random } from "@gan/core";
import { createPatterns, createSquares, testVariant } from "@gan/test-kit/variant";
import { createDcgan } from "./dcgan.js";

const tiny = {
  imageSize: 16,
  channels: 1,
  latentSize: 8,
  generatorFeatures: 8,
  discriminatorFeatures: 8,
  averageHalfLifeImages: 100,
};
const createBatch = (random: Random): ImageBatch => ({ images: createPatterns(random, [8, 16, 16, 1]) });

testVariant("dcgan", {
  kind: "generator",
  create: (seed) => createDcgan({ ...tiny, seed }),
  batchSize: 8,
  createBatch,
  pictureShape: [16, 16, 1],
  references: [
    {
      source: "pytorch/examples, 64 px, 3 channels, 64 features",
      create: () => createDcgan(),
      counts: { generator: 3_576_704, discriminator: 2_765_568 },
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
      return createDcgan({ ...tiny, ...features, ...rates, stabilisers, seed });
    },
    createBatch: () => ({ images: createSquares(16, 1, 4) }),
    steps: 1000,
  },
});
