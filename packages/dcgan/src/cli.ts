import { readFileSync } from "node:fs";
import { fileURLToPath } from "node:url";
import { ConfigError, type ImageBatch } from "@gan/core";
import { type CliDefinition, defineCli, openPictureBatches } from "@gan/core/cli";
import { datasets, openDataset } from "@gan/datasets";
import { type DcganConfig, dcganConfigSchema } from "./config.js";
import { createDcgan, type Dcgan } from "./dcgan.js";
import { weightsFolder } from "./node/load-dcgan.js";
import type { DcganNetwork } from "./phases.js";

const packageUrl = new URL("../package.json", import.meta.url);
const { version } = JSON.parse(readFileSync(packageUrl, "utf8")) as { version: string };

/** What the command line is made of. */
export const definition: CliDefinition<DcganNetwork, ImageBatch, DcganConfig, Dcgan> = {
  name: "dcgan",
  description: "Deep convolutional GAN (Radford et al. 2015)",
  version,
  presetFolder: fileURLToPath(new URL("../configs", import.meta.url)),
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
