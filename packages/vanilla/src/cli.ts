import type { ImageBatch } from "@gan/core";
import { type CliDefinition, defineCli, openPictureBatches, readOwnPackage } from "@gan/core/cli";
import { datasets, openDataset } from "@gan/datasets";
import { type VanillaConfig, vanillaConfigSchema } from "./config.js";
import { weightsFolder } from "./node/load-vanilla.js";
import type { VanillaNetwork } from "./phases.js";
import { createVanilla, type Vanilla } from "./vanilla.js";

/** What the command line is made of. */
export const definition: CliDefinition<VanillaNetwork, ImageBatch, VanillaConfig, Vanilla> = {
  ...readOwnPackage(import.meta.url),
  name: "vanilla",
  description: "The first GAN (Goodfellow et al. 2014)",
  weightsFolder,
  modelSchema: vanillaConfigSchema,
  create: (model, seed) => createVanilla({ ...model, seed }),
  datasets,
  createJudge: ({ config: { imageSize, channels }, discriminate }) => ({ imageSize, channels, discriminate }),
  openData: (config, random, report) => openPictureBatches(config, random, report, openDataset),
};

/** Runs one command line of `gan-vanilla` and gives its exit code. */
export const runCli = defineCli(definition);
