import { createImageStore, type ImageBatch, imageBatches } from "@gan/core";
import type { BenchDefinition } from "@gan/core/cli";
import { definition } from "./cli.js";
import { type StyleganLiteConfig, suggestR1 } from "./config.js";
import type { StyleganLiteNetwork } from "./phases.js";
import type { StyleganLite } from "./stylegan-lite.js";

const preset = { about: "preset, lazy phases included", cycle: 16 };
const sides = [8, 16, 32, 64, 128, 256];

/** What benchmarks time and train of a StyleGAN. */
export const bench: BenchDefinition<StyleganLiteNetwork, ImageBatch, StyleganLiteConfig, StyleganLite> = {
  cli: definition,
  steps: [
    { name: "stylegan-lite-avatars-32", ...preset, preset: "avatars-32" },
    { name: "stylegan-lite-avatars-64", ...preset, preset: "avatars-64" },
    {
      name: "stylegan-lite-32-paper",
      about: "the paper's width, two steps, the first with its lazy phases",
      model: { imageSize: 32, stabilisers: { r1: suggestR1(32, 8) } },
      batch: 8,
      cycle: 2,
      isLong: true,
    },
    ...sides.map((side) => ({
      name: `stylegan-lite-side-${side}`,
      about: "width of avatars-64, lazy phases included",
      preset: "avatars-64",
      model: { imageSize: side, stabilisers: { r1: suggestR1(side, 16) } },
      batch: 16,
      cycle: 16,
      isAlone: true,
      isLong: side > 64,
    })),
  ],
  trainings: [
    {
      name: "stylegan-avatars-32",
      preset: "avatars-32",
      images: 30_000,
      smoke: { images: 800, settings: { "data.options.count": 2000 } },
      extractor: "efficientnet-lite0",
      heldOut: { name: "avatars-test", count: 5000 },
      count: 5000,
    },
  ],
  createBatches({ imageSize, channels }, { batchSize, random, pictures }) {
    const set = createImageStore(pictures(imageSize, channels));
    return imageBatches(set, { batchSize, imageSize, random });
  },
};
