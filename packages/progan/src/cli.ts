import { ConfigError, type ImageBatch, type SampleRequest, type SizedImageSet } from "@gan/core";
import { type CliDefinition, defineCli, readOwnPackage } from "@gan/core/cli";
import { bindImages, openImages } from "@gan/core/node";
import { datasets, openDataset } from "@gan/datasets";
import { levelOfSize, type ProganConfig, proganConfigSchema, sizeOfLevel } from "./config.js";
import { weightsFolder } from "./node/load-progan.js";
import type { ProganNetwork } from "./phases.js";
import { createProgan, type Progan } from "./progan.js";
import { computeSchedule, drawSchedule } from "./schedule.js";
import { checkSourceSize, growingBatches, smallestSource } from "./staged-data.js";

/** What the command line is made of. */
export const definition: CliDefinition<ProganNetwork, ImageBatch, ProganConfig, Progan> = {
  ...readOwnPackage(import.meta.url),
  name: "progan",
  description: "Progressive growing of GANs (Karras et al. 2018)",
  weightsFolder,
  modelSchema: proganConfigSchema,
  create: (model, seed) => createProgan({ ...model, seed }),
  datasets,
  // Grown they are already.
  fineTune: (model) => ({ ...model, startSize: model.imageSize }),
  drawPlan: ({ model, training }) => drawSchedule(computeSchedule(model), training.totalImages),
  grown(progan) {
    const { config, state } = progan;
    const first = levelOfSize(config.startSize);
    const levels = Array.from({ length: state.growth.stage.level - first + 1 }, (_, index) => first + index);
    return {
      reached: levels.map((level) => ({ level, size: sizeOfLevel(level) })),
      sampleLevel: (request, ctx, level) =>
        progan.sampleLevel(request as SampleRequest<ImageBatch>, ctx, level),
    };
  },
  async openData({ model, data, training }, random, report) {
    if (training.accumulate > 1) {
      throw new ConfigError(
        "progan",
        `training.accumulate must be 1, since batches change while the networks grow, got ${training.accumulate}. Lower model.batchSizes instead.`,
      );
    }
    const { imageSize } = model;
    const { crop, flip, strict } = data;
    // Pictures that are enlarged would teach the last level nothing.
    const minSide = Math.max(data.minSide, smallestSource(imageSize));
    const images = await openImages(
      { ...data, minSide },
      {
        imageSize,
        channels: model.channels,
        openNamed: openDataset,
        inspect: (set) => {
          if ("height" in set && "width" in set) checkSourceSize(set as SizedImageSet, imageSize);
        },
        onWarning: report.warn,
      },
    );
    const batches = growingBatches(images, model, { random, crop, flip, strict });
    return bindImages(batches, images);
  },
};

/** Runs one command line of `gan-progan` and gives its exit code. */
export const runCli = defineCli(definition);
