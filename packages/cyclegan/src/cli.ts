import { type DomainDataConfig, domainDataSchema, type UnpairedBatch } from "@gan/core";
import { type CliDefinition, defineCli, readOwnPackage } from "@gan/core/cli";
import { datasets } from "@gan/datasets";
import { type CycleGanConfig, cycleGanConfigSchema } from "./config.js";
import { type CycleGan, createCycleGan, type Direction } from "./cyclegan.js";
import { sizeMultiple } from "./generator.js";
import { evaluateDomains } from "./node/evaluate-domains.js";
import { weightsFolder } from "./node/load-cyclegan.js";
import { findPartners, openDomainData, openPart } from "./node/open-domain-data.js";
import type { CycleGanNetwork } from "./phases.js";

/** What the command line is made of. */
export const definition: CliDefinition<
  CycleGanNetwork,
  UnpairedBatch,
  CycleGanConfig,
  CycleGan,
  DomainDataConfig
> = {
  ...readOwnPackage(import.meta.url),
  name: "cyclegan",
  description: "Translation between two domains without pairs (Zhu et al. 2017)",
  weightsFolder,
  modelSchema: cycleGanConfigSchema,
  dataSchema: domainDataSchema,
  create: (model, seed) => createCycleGan({ ...model, seed }),
  datasets,
  facts: ({ networks }) => ({ receptiveField: networks.discriminatorA.receptiveField }),
  createTranslator: ({ config, translate }) => ({
    directions: ["a2b", "b2a"],
    inputChannels: config.channels,
    imageSize: config.imageSize,
    sizeMultiple,
    translate: (images, { ctx, direction }) => translate(images, direction as Direction, ctx),
  }),
  async evaluate(variant, { model, data }, { ctx, extractor, multiply, warn }) {
    const opening = { model, data: { ...data, loadSize: undefined }, onWarning: warn };
    const test = await openPart("test", opening);
    const train = test && extractor && (await openPart("train", opening));
    try {
      return await evaluateDomains(variant, test?.sets, {
        ctx,
        extractor,
        partners: await findPartners(data),
        trained: train?.sets,
        multiply,
        onWarning: warn,
      });
    } finally {
      await Promise.all([test?.close(), train?.close()]);
    }
  },
  openData: ({ model, data, training }, random, report) =>
    openDomainData({ model, data, batchSize: training.batchSize, random, onWarning: report.warn }),
};

/** Runs one command line of `gan-cyclegan` and gives its exit code. */
export const runCli = defineCli(definition);
