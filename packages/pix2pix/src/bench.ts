import { createImageStore, type PairBatch, type PairDataConfig, pairedBatches } from "@gan/core";
import type { BenchDefinition } from "@gan/core/cli";
import { definition } from "./cli.js";
import type { Pix2PixConfig } from "./config.js";
import { openPart } from "./node/open-pair-data.js";
import type { Pix2PixNetwork } from "./phases.js";
import type { Pix2Pix } from "./pix2pix.js";

const paper = { about: "the paper's width", batch: 1 };

/** What benchmarks time and train of Pix2Pix. */
export const bench: BenchDefinition<Pix2PixNetwork, PairBatch, Pix2PixConfig, Pix2Pix, PairDataConfig> = {
  cli: definition,
  steps: [
    { name: "pix2pix-openmoji-64", about: "preset", preset: "openmoji-64" },
    { name: "pix2pix-64-paper", ...paper, model: { imageSize: 64 } },
    { name: "pix2pix-256-paper", ...paper, model: { imageSize: 256 }, isLong: true },
  ],
  trainings: [
    {
      name: "pix2pix-openmoji-64",
      preset: "openmoji-64",
      images: 3000,
      smoke: { images: 800 },
      extractor: "efficientnet-lite0",
    },
  ],
  createBatches({ imageSize, inputChannels, outputChannels }, { batchSize, random, pictures }) {
    const input = createImageStore(pictures(imageSize, inputChannels, "input"));
    const target = createImageStore(pictures(imageSize, outputChannels, "target"));
    return pairedBatches({ input, target }, { batchSize, imageSize, random });
  },
  async openPictures({ model, data }) {
    const train = await openPart("train", { model, data });
    const test = await openPart("test", { model, data: { ...data, loadSize: undefined } });
    return {
      train: { ...train?.sets },
      test: { ...test?.sets },
      sources: { [data.direction]: "input" },
      targets: { [data.direction]: "target" },
      close: async () => void (await Promise.all([train?.close(), test?.close()])),
    };
  },
};
