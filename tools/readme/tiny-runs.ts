/** A run's configuration; without a named set it trains on a folder of pictures. */
interface TinyConfig {
  model: Record<string, unknown>;
  data: { name?: string };
  training: Record<string, number>;
}

const training = { batchSize: 4, totalImages: 8, seed: 3, sampleEveryImages: 8, checkpointEveryImages: 8 };
const features = { generatorFeatures: 2, discriminatorFeatures: 2 };
/** Has a part that is held out, for `evaluate`. */
const digits = { name: "mnist" };

/** Runs of seconds, by variant, on which the READMEs' commands work. */
export const tinyRuns: Readonly<Record<string, TinyConfig>> = {
  dcgan: { model: { imageSize: 32, channels: 1, latentSize: 4, ...features }, data: digits, training },
  cgan: { model: { imageSize: 32, channels: 1, latentSize: 4, ...features }, data: digits, training },
  cyclegan: {
    model: { imageSize: 32, ...features, residualBlocks: 1, discriminatorLayers: 1 },
    data: {},
    training: { ...training, batchSize: 1 },
  },
  pix2pix: {
    model: { imageSize: 32, ...features, discriminatorLayers: 1 },
    data: {},
    training: { ...training, batchSize: 1 },
  },
  progan: {
    model: {
      ...{ imageSize: 16, channels: 1, latentSize: 4, featureBase: 16, featureMax: 4 },
      ...{ stableImages: 8, fadeImages: 8, batchSizes: { 4: 4 } },
    },
    data: digits,
    training: { totalImages: 40, seed: 3, sampleEveryImages: 40, checkpointEveryImages: 40 },
  },
  "stylegan-lite": {
    model: {
      ...{ imageSize: 32, latentSize: 4, styleSize: 6, mappingLayers: 1 },
      ...{ featureBase: 32, featureMax: 8 },
    },
    data: {},
    training,
  },
  vanilla: {
    model: { latentSize: 4, generatorUnits: [16], discriminatorFeatures: 2 },
    data: digits,
    training,
  },
};
