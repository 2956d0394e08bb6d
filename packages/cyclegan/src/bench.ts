import { createImageStore, type DomainDataConfig, type UnpairedBatch, unpairedBatches } from "@gan/core";
import type { BenchDefinition } from "@gan/core/cli";
import { definition } from "./cli.js";
import type { CycleGanConfig } from "./config.js";
import type { CycleGan } from "./cyclegan.js";
import { findPartners, openPart } from "./node/open-domain-data.js";
import type { CycleGanNetwork } from "./phases.js";

const paper = { about: "the paper's width", batch: 1, isLong: true };

/** What benchmarks time and train of a CycleGAN. */
export const bench: BenchDefinition<
  CycleGanNetwork,
  UnpairedBatch,
  CycleGanConfig,
  CycleGan,
  DomainDataConfig
> = {
  cli: definition,
  steps: [
    { name: "cyclegan-noto-twemoji-64", about: "preset", preset: "noto-twemoji-64" },
    { name: "cyclegan-64-paper", ...paper, model: { imageSize: 64 } },
    { name: "cyclegan-128-paper", ...paper, model: { imageSize: 128 } },
  ],
  trainings: [
    {
      name: "cyclegan-noto-twemoji-64",
      preset: "noto-twemoji-64",
      images: 3000,
      smoke: { images: 100 },
      extractor: "efficientnet-lite0",
    },
  ],
  createBatches({ imageSize, channels }, { batchSize, random, pictures }) {
    const [a, b] = [
      createImageStore(pictures(imageSize, channels, "a")),
      createImageStore(pictures(imageSize, channels, "b")),
    ];
    return unpairedBatches({ a, b }, { batchSize, imageSize, random });
  },
  async openPictures({ model, data }) {
    const [train, test] = [await openPart("train", { model, data }), await openPart("test", { model, data })];
    return {
      train: { ...train?.sets },
      test: { ...test?.sets },
      sources: { a2b: "a", b2a: "b" },
      targets: { a2b: "b", b2a: "a" },
      partners: await findPartners(data),
      close: async () => void (await Promise.all([train?.close(), test?.close()])),
    };
  },
};
