import type { Random, UnpairedBatch } from "@gan/core";
import { createPatterns, createSquares, testVariant } from "@gan/test-kit/variant";
import { mul } from "@tensorflow/tfjs-core";
import { createCycleGan } from "./cyclegan.js";

const tiny = {
  imageSize: 32,
  channels: 1,
  generatorFeatures: 4,
  discriminatorFeatures: 4,
  discriminatorLayers: 1,
  residualBlocks: 1,
  poolSize: 3,
  averageHalfLifeImages: 100,
};
const createBatch = (random: Random): UnpairedBatch => ({
  a: createPatterns(random, [2, 32, 32, 1]),
  b: createPatterns(random, [2, 32, 32, 1]),
});
/** Biases that an instance norm takes away. */
const beforeNorms = ["A2B", "B2A"].flatMap((direction) =>
  ["fromImage", "down.0", "down.1", "blocks.0.first", "blocks.0.second", "up.0", "up.1"].map(
    (layer) => `generator${direction}.${layer}.bias`,
  ),
);

testVariant("cyclegan", {
  kind: "translator",
  create: (seed) => createCycleGan({ ...tiny, seed }),
  batchSize: 2,
  createBatch,
  pictureShape: [32, 32, 1],
  unmoved: [...beforeNorms, "discriminatorA.blocks.1.conv.bias", "discriminatorB.blocks.1.conv.bias"],
  references: [
    {
      source: "pytorch-CycleGAN-and-pix2pix, 256 px, 3 channels, 64 features",
      create: () => createCycleGan({ poolSize: 0 }),
      counts: {
        generatorA2B: 11_378_179,
        generatorB2A: 11_378_179,
        discriminatorA: 2_764_737,
        discriminatorB: 2_764_737,
      },
    },
  ],
  overfit: {
    create: (seed) => {
      const rates = { generatorLearningRate: 4e-3, discriminatorLearningRate: 2e-4 };
      return createCycleGan({ ...tiny, ...rates, averageHalfLifeImages: 20, seed });
    },
    createBatch: () => {
      const b = createSquares(32, 1, 1);
      return { a: mul(b, 0.5), b }; // the same, but grey
    },
    steps: 180,
  },
});
