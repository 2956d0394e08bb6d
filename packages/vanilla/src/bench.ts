import { createImageStore, type ImageBatch, imageBatches } from "@gan/core";
import type { BenchDefinition } from "@gan/core/cli";
import { definition } from "./cli.js";
import type { VanillaConfig } from "./config.js";
import type { VanillaNetwork } from "./phases.js";
import type { Vanilla } from "./vanilla.js";

/** What benchmarks time and train. */
export const bench: BenchDefinition<VanillaNetwork, ImageBatch, VanillaConfig, Vanilla> = {
  cli: definition,
  steps: [
    { name: "vanilla-mnist-28", about: "preset", preset: "mnist-28" },
    { name: "vanilla-goodfellow-28", about: "maxout, preset", preset: "goodfellow-28" },
  ],
  trainings: [
    {
      name: "vanilla-mnist-28",
      preset: "mnist-28",
      images: 120_000,
      smoke: { images: 16_000 },
      extractor: "mnist-classifier",
      heldOut: { name: "mnist-test" },
    },
  ],
  createBatches({ imageSize, channels }, { batchSize, random, pictures }) {
    const set = createImageStore(pictures(imageSize, channels));
    return imageBatches(set, { batchSize, imageSize, random });
  },
};
