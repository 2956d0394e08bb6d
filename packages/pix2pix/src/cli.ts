import { type PairBatch, type PairDataConfig, pairDataSchema } from "@gan/core";
import { type CliDefinition, defineCli, readOwnPackage } from "@gan/core/cli";
import { datasets } from "@gan/datasets";
import { type Pix2PixConfig, pix2pixConfigSchema } from "./config.js";
import { evaluatePairs } from "./node/evaluate-pairs.js";
import { weightsFolder } from "./node/load-pix2pix.js";
import { openPairData, openPart } from "./node/open-pair-data.js";
import type { Pix2PixNetwork } from "./phases.js";
import { createPix2Pix, type Pix2Pix } from "./pix2pix.js";

/** What the command line is made of. */
export const definition: CliDefinition<Pix2PixNetwork, PairBatch, Pix2PixConfig, Pix2Pix, PairDataConfig> = {
  ...readOwnPackage(import.meta.url),
  name: "pix2pix",
  description: "Image-to-image translation from pairs (Isola et al. 2017)",
  weightsFolder,
  modelSchema: pix2pixConfigSchema,
  dataSchema: pairDataSchema,
  create: (model, seed) => createPix2Pix({ ...model, seed }),
  datasets,
  facts: ({ networks }) => ({ receptiveField: networks.discriminator.receptiveField }),
  createTranslator: ({ config, translate }, { data }) => ({
    directions: [data.direction],
    inputChannels: config.inputChannels,
    imageSize: config.imageSize,
    sizeMultiple: config.imageSize,
    translate: (images, { ctx, dropout }) => translate(images, ctx, { dropout }),
  }),
  async evaluate(variant, { model, data }, { ctx, dropout, extractor, warn }) {
    const test = await openPart("test", { model, data: { ...data, loadSize: undefined }, onWarning: warn });
    try {
      return await evaluatePairs(variant, test?.sets, { ctx, dropout, extractor });
    } finally {
      await test?.close();
    }
  },
  openData: ({ model, data, training }, random, report) =>
    openPairData({ model, data, batchSize: training.batchSize, random, onWarning: report.warn }),
};

/** Runs one command line of `gan-pix2pix` and gives its exit code. */
export const runCli = defineCli(definition);
