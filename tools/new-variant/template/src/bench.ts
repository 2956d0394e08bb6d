import { createImageStore, type ImageBatch, imageBatches } from "@gan/core";
import type { BenchDefinition } from "@gan/core/cli";
import { definition } from "./cli.js";
import type { ExampleConfig } from "./config.js";
import type { Example } from "./example.js";
import type { ExampleNetwork } from "./phases.js";

/** What benchmarks time and train. */
export const bench: BenchDefinition<ExampleNetwork, ImageBatch, ExampleConfig, Example> = {
  cli: definition,
  steps: [{ name: "example-mnist-32", about: "preset", preset: "mnist-32" }],
  trainings: [
    {
      name: "example-mnist-32",
      preset: "mnist-32",
      images: 30_000,
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
