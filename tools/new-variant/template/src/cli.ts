import type { ImageBatch } from "@gan/core";
import { type CliDefinition, defineCli, openPictureBatches, readOwnPackage } from "@gan/core/cli";
import { datasets, openDataset } from "@gan/datasets";
import { type ExampleConfig, exampleConfigSchema } from "./config.js";
import { createExample, type Example } from "./example.js";
import { weightsFolder } from "./node/load-example.js";
import type { ExampleNetwork } from "./phases.js";

/** What the command line is made of. */
export const definition: CliDefinition<ExampleNetwork, ImageBatch, ExampleConfig, Example> = {
  ...readOwnPackage(import.meta.url),
  name: "example",
  description: "{{title}} ({{authors}})",
  weightsFolder,
  modelSchema: exampleConfigSchema,
  create: (model, seed) => createExample({ ...model, seed }),
  datasets,
  openData: (config, random, report) => openPictureBatches(config, random, report, openDataset),
};

/** Runs one command line of `gan-example` and gives its exit code. */
export const runCli = defineCli(definition);
