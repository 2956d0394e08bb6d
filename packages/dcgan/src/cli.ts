import { ConfigError, type ImageBatch } from "@gan/core";
import { type CliDefinition, defineCli, openPictureBatches, readOwnPackage } from "@gan/core/cli";
import { datasets, openDataset } from "@gan/datasets";
import { type DcganConfig, dcganConfigSchema } from "./config.js";
import { createDcgan, type Dcgan } from "./dcgan.js";
import { weightsFolder } from "./node/load-dcgan.js";
import type { DcganNetwork } from "./phases.js";

/** What the command line is made of. */
export const definition: CliDefinition<DcganNetwork, ImageBatch, DcganConfig, Dcgan> = {
  ...readOwnPackage(import.meta.url),
  name: "dcgan",
  description: "Deep convolutional GAN (Radford et al. 2015)",
  weightsFolder,
  modelSchema: dcganConfigSchema,
  create: (model, seed) => createDcgan({ ...model, seed }),
  datasets,
  createJudge: (dcgan) => ({
    imageSize: dcgan.config.imageSize,
    channels: dcgan.config.channels as 1 | 3 | 4,
    discriminate: (images) => dcgan.discriminate(images),
    featureMaps: (images) => dcgan.featureMaps(images),
  }),
  async openData(config, random, report) {
    const { channels } = config.model;
    if (channels !== 1 && channels !== 3 && channels !== 4) {
      throw new ConfigError("dcgan", `files have 1, 3 or 4 channels, got model.channels ${channels}. Use 3.`);
    }
    const model = { ...config.model, channels } as const;
    return openPictureBatches({ ...config, model }, random, report, openDataset);
  },
};

/** Runs one command line of `gan-dcgan` and gives its exit code. */
export const runCli = defineCli(definition);
