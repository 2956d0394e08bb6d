import type { PairBatch, Random } from "@gan/core";
import { createPatterns, createSquares, testVariant } from "@gan/test-kit/variant";
import { neg } from "@tensorflow/tfjs-core";
import { createPix2Pix } from "./pix2pix.js";

const tiny = {
  imageSize: 32,
  inputChannels: 1,
  outputChannels: 1,
  generatorFeatures: 4,
  discriminatorFeatures: 4,
  discriminatorLayers: 1,
  averageHalfLifeImages: 100,
};
const createBatch = (random: Random): PairBatch => ({
  input: createPatterns(random, [4, 32, 32, 1]),
  target: createPatterns(random, [4, 32, 32, 1]),
});

testVariant("pix2pix", {
  kind: "translator",
  create: (seed) => createPix2Pix({ ...tiny, seed }),
  batchSize: 4,
  createBatch,
  pictureShape: [32, 32, 1],
  references: [
    {
      source: "pytorch-CycleGAN-and-pix2pix, 256 px, 3 channels, 64 features",
      create: () => createPix2Pix(),
      counts: { generator: 54_413_955, discriminator: 2_768_705 },
    },
  ],
  overfit: {
    create: (seed) => {
      const rates = { generatorLearningRate: 2e-3, discriminatorLearningRate: 2e-4 };
      return createPix2Pix({ ...tiny, ...rates, dropoutRate: 0, averageHalfLifeImages: 20, seed });
    },
    createBatch: () => {
      const target = createSquares(32, 1, 1);
      return { input: neg(target), target };
    },
    steps: 100,
  },
});
