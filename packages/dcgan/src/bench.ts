import { createImageStore, type ImageBatch, imageBatches } from "@gan/core";
import type { BenchDefinition } from "@gan/core/cli";
import { definition } from "./cli.js";
import type { DcganConfig } from "./config.js";
import type { Dcgan } from "./dcgan.js";
import type { DcganNetwork } from "./phases.js";

/** What benchmarks time and train of a DCGAN. */
export const bench: BenchDefinition<DcganNetwork, ImageBatch, DcganConfig, Dcgan> = {
  cli: definition,
  steps: [{ name: "dcgan-mnist-32", about: "preset", preset: "mnist-32" }],
  trainings: [
    {
      name: "dcgan-mnist-32",
      preset: "mnist-32",
      images: 30_000,
      smoke: { images: 9600 },
      extractor: "mnist-classifier",
      heldOut: { name: "mnist-test" },
    },
  ],
  createBatches({ imageSize, channels }, { batchSize, random, pictures }) {
    const set = createImageStore(pictures(imageSize, channels));
    return imageBatches(set, { batchSize, imageSize, random });
  },
};
