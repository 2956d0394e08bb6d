import { ConfigError, createImageStore, type ImageBatch } from "@gan/core";
import type { BenchDefinition } from "@gan/core/cli";
import { definition } from "./cli.js";
import { levelOfSize, type ProganConfig, sizeOfLevel } from "./config.js";
import type { ProganNetwork } from "./phases.js";
import type { Progan } from "./progan.js";
import { computeSchedule, stageAt } from "./schedule.js";
import { growingBatches } from "./staged-data.js";

const preset = { preset: "avatars-32", batch: 8, cycle: 16 };
const paperGame = { stabilisers: { loss: "wasserstein", gradientPenalty: 10, drift: 1e-3 } } as const;
const sides = [4, 8, 16, 32, 64, 128, 256];

/** What benchmarks time and train of a ProGAN. */
export const bench: BenchDefinition<ProganNetwork, ImageBatch, ProganConfig, Progan> = {
  cli: definition,
  steps: [
    { name: "progan-avatars-32", about: "preset, 32×32 stays, lazy R1 included", ...preset },
    {
      name: "progan-avatars-32-fading",
      about: "preset, 32×32 fades in, lazy R1 included",
      ...preset,
      model: { fadeImages: 600_000 }, // for longer than it is timed
      fade: 0.5,
    },
    {
      name: "progan-avatars-32-wgan-gp",
      about: "preset with the paper's WGAN-GP, 32×32 stays",
      preset: "avatars-32",
      model: paperGame,
      batch: 16,
    },
    {
      name: "progan-32-paper",
      about: "the paper's width, 32×32 stays",
      model: { imageSize: 32 },
      batch: 16,
      isLong: true,
    },
    ...sides.map((side) => ({
      name: `progan-side-${side}`,
      about: `width of avatars-64, ${side}×${side} of 256×256 stays`,
      preset: "avatars-64",
      model: { imageSize: 256 },
      batch: 16,
      cycle: 16,
      level: levelOfSize(side),
      side,
      isAlone: true,
    })),
  ],
  trainings: [
    {
      name: "progan-avatars-32",
      preset: "avatars-32",
      settings: {},
      images: 30_000,
      smoke: {
        images: 1600,
        settings: { "model.stableImages": 160, "model.fadeImages": 160, "data.options.count": 2000 },
      },
      extractor: "efficientnet-lite0",
      heldOut: { name: "avatars-test", count: 5000 },
      count: 5000,
    },
  ],
  createBatches(model, { random, pictures }) {
    return growingBatches(createImageStore(pictures(model.imageSize, model.channels)), model, { random });
  },
  withBatch: (model, batch) => ({ ...model, batchSizes: { "4": batch } }),
  startOf(model, { level = levelOfSize(model.imageSize), fade }) {
    const stage = computeSchedule(model).find(
      (one) => one.level === level && one.isFading === (fade !== undefined),
    );
    if (stage === undefined) {
      throw new ConfigError(
        "progan",
        `level must be one that ${fade === undefined ? "stays" : "fades in"}, got ${level} (${sizeOfLevel(level)}×${sizeOfLevel(level)}).`,
      );
    }
    const { fromImages, toImages, batchSize } = stage;
    const images = fade === undefined ? 0 : (toImages - fromImages) * fade;
    return fromImages + Math.floor(images / batchSize) * batchSize;
  },
  sideAt: (model, imagesSeen) => stageAt(computeSchedule(model), imagesSeen).size,
  grow(progan, imagesSeen) {
    progan.state.growth.imagesSeen = imagesSeen;
  },
  peerOptions: (model) => ({
    // JSON has no infinity.
    stages: JSON.stringify(
      computeSchedule(model).map((stage) => ({
        ...stage,
        toImages: Number.isFinite(stage.toImages) ? stage.toImages : null,
      })),
    ),
  }),
};
