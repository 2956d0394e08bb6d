import { stat } from "node:fs/promises";
import { DataError, type LabelledImageBatch } from "@gan/core";
import { type CliDefinition, defineCli, openPictureBatches, readOwnPackage } from "@gan/core/cli";
import { datasetNames, datasets, openDataset } from "@gan/datasets";
import { type Cgan, createCgan } from "./cgan.js";
import { type CganConfig, cganConfigSchema } from "./config.js";
import { evaluateClasses } from "./evaluate.js";
import { weightsFolder } from "./node/load-cgan.js";
import type { CganNetwork } from "./phases.js";

const isFolder = async (path: string) => (await stat(path).catch(() => undefined))?.isDirectory() ?? false;

/** What the command line is made of. */
export const definition: CliDefinition<CganNetwork, LabelledImageBatch, CganConfig, Cgan> = {
  ...readOwnPackage(import.meta.url),
  name: "cgan",
  description: "Conditional GAN (Mirza and Osindero 2014)",
  weightsFolder,
  modelSchema: cganConfigSchema,
  create: (model, seed) => createCgan({ ...model, seed }),
  datasets,
  classNames: ({ config }) => config.classNames,
  createJudge(cgan, label = 0) {
    const judge = <T>(run: (condition: ReturnType<Cgan["condition"]>) => T): T => {
      const condition = cgan.condition([label]);
      try {
        return run(condition);
      } finally {
        condition.dispose();
      }
    };
    return {
      imageSize: cgan.config.imageSize,
      channels: cgan.config.channels,
      discriminate: (images) => judge((condition) => cgan.discriminate(images, condition)),
      featureMaps: (images) => judge((condition) => cgan.featureMaps(images, condition)),
    };
  },
  async evaluate(cgan, { data }, { extractor, count, ctx, multiply }) {
    const example = "--extractor mnist-classifier";
    if (extractor === undefined) {
      throw new DataError("cgan", `evaluate needs a classifier of the classes, for example ${example}.`);
    }
    const heldOut = `${data.name}-test`;
    if (!datasetNames.includes(heldOut)) {
      throw new DataError("cgan", `${data.name ?? data.folder} has no part that was held out of training.`);
    }
    const real = await openDataset(heldOut);
    return evaluateClasses(cgan, { extractor, real, count, ctx, multiply });
  },
  async openData(config, random, report) {
    const { data } = config;
    // Without labels there is nothing to learn here: the subfolders of a folder are its classes.
    const isUnsorted =
      data.folder !== undefined && data.labels === undefined && (await isFolder(data.folder));
    const sorted = isUnsorted ? { ...config, data: { ...data, labels: "folders" as const } } : config;
    return openPictureBatches(sorted, random, report, openDataset, true);
  },
  completeModel(model, { classNames = [] }) {
    if (model.classNames.length > 0 && model.classNames.join("\n") !== classNames.join("\n")) {
      const describe = (names: readonly string[]) => `${names.length} (${names.join(", ")})`;
      throw new DataError(
        "cgan",
        `model.classNames must be the data's classes, ${describe(classNames)}, got ${describe(model.classNames)}. Leave it out to take the data's.`,
      );
    }
    if (classNames.length < 2) {
      throw new DataError(
        "cgan",
        `the data must have at least two classes, got ${classNames.join(", ") || "none that is named"}. Sort the pictures into one folder per class, or train gan-dcgan, which needs no classes.`,
      );
    }
    return { ...model, classNames: [...classNames] };
  },
};

/** Runs one command line of `gan-cgan` and gives its exit code. */
export const runCli = defineCli(definition);
