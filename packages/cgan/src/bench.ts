import { createImageStore, imageBatches, type LabelledImageBatch } from "@gan/core";
import type { BenchDefinition } from "@gan/core/cli";
import type { Cgan } from "./cgan.js";
import { definition } from "./cli.js";
import type { CganConfig } from "./config.js";
import type { CganNetwork } from "./phases.js";

/** What benchmarks time and train of a conditional GAN. */
export const bench: BenchDefinition<CganNetwork, LabelledImageBatch, CganConfig, Cgan> = {
  cli: definition,
  steps: [
    {
      name: "cgan-mnist-32",
      about: "preset",
      preset: "mnist-32",
      model: { classNames: ["0", "1", "2", "3", "4", "5", "6", "7", "8", "9"] },
    },
  ],
  trainings: [
    {
      name: "cgan-mnist-32",
      preset: "mnist-32",
      images: 30_000,
      smoke: { images: 8000 },
      extractor: "mnist-classifier",
      heldOut: { name: "mnist-test" },
    },
  ],
  createBatches({ imageSize, channels, classNames }, { batchSize, random, pictures }) {
    const arrays = pictures(imageSize, channels);
    const labels = Array.from({ length: arrays.count }, (_, index) => index % classNames.length);
    const set = createImageStore({ ...arrays, labels, labelNames: classNames });
    return imageBatches(set, { batchSize, imageSize, random, labels: true });
  },
};
