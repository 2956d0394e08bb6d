import { readFileSync } from "node:fs";
import { fileURLToPath } from "node:url";
import { ConfigError, type ImageBatch, imageBatches } from "@gan/core";
import { type CliDefinition, defineCli } from "@gan/core/cli";
import { bindImages, openImages } from "@gan/core/node";
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
  async openData({ model, data, training }, random, report) {
    const { imageSize } = model;
    const { crop, flip, strict } = data;
    const { channels } = model;
    if (channels !== 1 && channels !== 3 && channels !== 4) {
      throw new ConfigError("dcgan", `files have 1, 3 or 4 channels, got model.channels ${channels}. Use 3.`);
    }
    const images = await openImages(data, {
      imageSize,
      channels,
      openNamed: openDataset,
      onWarning: report.warn,
    });
    const { batchSize } = training;
    const batches = imageBatches(images, { batchSize, imageSize, random, crop, flip, strict });
    return bindImages(batches, images);
  },
};

/** Runs one command line of `gan-dcgan` and gives its exit code. */
export const runCli = defineCli(definition);
