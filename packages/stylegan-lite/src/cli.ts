import type { ImageBatch } from "@gan/core";
import { type CliDefinition, defineCli, openPictureBatches, readOwnPackage } from "@gan/core/cli";
import { datasets, openDataset } from "@gan/datasets";
import { tidy } from "@tensorflow/tfjs-core";
import { editCommand } from "./cli/edit-command.js";
import { interpolateCommand } from "./cli/interpolate-command.js";
import { mixCommand } from "./cli/mix-command.js";
import { projectCommand } from "./cli/project-command.js";
import { trainEncoderCommand } from "./cli/train-encoder-command.js";
import { type StyleganLiteConfig, styleganLiteConfigSchema } from "./config.js";
import { weightsFolder } from "./node/load-stylegan-lite.js";
import { createPretrainedFiles } from "./node/pretrained-files.js";
import type { StyleganLiteNetwork } from "./phases.js";
import { createStyleganLite, type StyleganLite } from "./stylegan-lite.js";
import { renderStyles } from "./tools/render-styles.js";
import { restoreStyles } from "./tools/saved-styles.js";

/** What the command line is made of. */
export const definition: CliDefinition<StyleganLiteNetwork, ImageBatch, StyleganLiteConfig, StyleganLite> = {
  ...readOwnPackage(import.meta.url),
  name: "stylegan-lite",
  description: "StyleGAN2 in parts that can be left out (Karras et al. 2020)",
  weightsFolder,
  modelSchema: styleganLiteConfigSchema,
  create: (model, seed) => createStyleganLite({ ...model, seed }),
  datasets,
  commands: [mixCommand, interpolateCommand, projectCommand, editCommand, trainEncoderCommand],
  pretrainedFiles: createPretrainedFiles,
  async sampleLatents(variant, latents, source, { truncation }) {
    const styles = await restoreStyles(variant, latents, source);
    const { mapping } = variant.averages.generator.module;
    const images = tidy(() => renderStyles(variant, mapping.truncate(styles, truncation)));
    styles.dispose();
    return images;
  },
  createJudge: (variant) => ({
    imageSize: variant.config.imageSize,
    channels: variant.config.channels,
    discriminate: (images) => variant.discriminate(images),
  }),
  openData: (config, random, report) =>
    openPictureBatches(config, random, report, openDataset, config.model.classCount > 0),
};

/** Runs one command line of `gan-stylegan-lite` and gives its exit code. */
export const runCli = defineCli(definition);
