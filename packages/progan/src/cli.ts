import { readFileSync } from "node:fs";
import { fileURLToPath } from "node:url";
import { ConfigError, type ImageBatch } from "@gan/core";
import { defineCli } from "@gan/core/cli";
import { bindImages, openImages } from "@gan/core/node";
import { datasets, openDataset } from "@gan/datasets";
import { type ProganConfig, proganConfigSchema } from "./config.js";
import type { ProganNetwork } from "./phases.js";
import { createProgan, type Progan } from "./progan.js";
import { growingBatches } from "./staged-data.js";

const packageUrl = new URL("../package.json", import.meta.url);
const { version } = JSON.parse(readFileSync(packageUrl, "utf8")) as { version: string };

/** Runs one command line of `gan-progan` and gives its exit code. */
export const runCli = defineCli<ProganNetwork, ImageBatch, ProganConfig, Progan>({
  name: "progan",
  description: "Progressive growing of GANs (Karras et al. 2018)",
  version,
  presetFolder: fileURLToPath(new URL("../configs", import.meta.url)),
  modelSchema: proganConfigSchema,
  create: (model, seed) => createProgan({ ...model, seed }),
  datasets,
  async openData({ model, data, training }, random, report) {
    if (training.accumulate > 1) {
      throw new ConfigError(
        "progan",
        `training.accumulate must be 1, since batches change while the networks grow, got ${training.accumulate}. Lower model.batchSizes instead.`,
      );
    }
    const { imageSize } = model;
    const { crop, flip, strict } = data;
    const images = await openImages(data, {
      imageSize,
      channels: model.channels,
      openNamed: openDataset,
      onWarning: report.warn,
    });
    const batches = growingBatches(images, model, { random, crop, flip, strict });
    return bindImages(batches, images);
  },
});
