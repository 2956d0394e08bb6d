import { readFileSync } from "node:fs";
import { fileURLToPath } from "node:url";
import { ConfigError, type ImageBatch, type ImageStore, imageBatches } from "@gan/core";
import { defineCli } from "@gan/core/cli";
import { openDataset } from "@gan/datasets";
import { type DcganConfig, dcganConfigSchema } from "./config.js";
import { createDcgan } from "./dcgan.js";
import type { DcganNetwork } from "./phases.js";

const packageUrl = new URL("../package.json", import.meta.url);
const { version } = JSON.parse(readFileSync(packageUrl, "utf8")) as { version: string };

/** Runs one command line of `gan-dcgan` and gives its exit code. */
export const runCli = defineCli<DcganNetwork, ImageBatch, DcganConfig>({
  name: "dcgan",
  description: "Deep convolutional GAN (Radford et al. 2015)",
  version,
  presetFolder: fileURLToPath(new URL("../configs", import.meta.url)),
  modelSchema: dcganConfigSchema,
  create: (model, seed) => createDcgan({ ...model, seed }),
  async openData({ model, data, training }, random) {
    const store = (await openDataset(data.name)) as ImageStore; // MNIST is one
    if (store.channels !== model.channels) {
      throw new ConfigError(
        "dcgan",
        `model.channels must be ${store.channels} for ${store.name}, got ${model.channels}.`,
      );
    }
    return imageBatches(store, { batchSize: training.batchSize, imageSize: model.imageSize, random });
  },
});
