import { readFileSync } from "node:fs";
import { fileURLToPath } from "node:url";
import type { ImageBatch } from "@gan/core";
import { type CliDefinition, defineCli, openPictureBatches } from "@gan/core/cli";
import { datasets, openDataset } from "@gan/datasets";
import { type ExampleConfig, exampleConfigSchema } from "./config.js";
import { createExample, type Example } from "./example.js";
import { weightsFolder } from "./node/load-example.js";
import type { ExampleNetwork } from "./phases.js";

const packageUrl = new URL("../package.json", import.meta.url);
const { version } = JSON.parse(readFileSync(packageUrl, "utf8")) as { version: string };

/** What the command line is made of. */
export const definition: CliDefinition<ExampleNetwork, ImageBatch, ExampleConfig, Example> = {
  name: "example",
  description: "{{title}} ({{authors}})",
  version,
  presetFolder: fileURLToPath(new URL("../configs", import.meta.url)),
  weightsFolder,
  modelSchema: exampleConfigSchema,
  create: (model, seed) => createExample({ ...model, seed }),
  datasets,
  openData: (config, random, report) => openPictureBatches(config, random, report, openDataset),
};

/** Runs one command line of `gan-example` and gives its exit code. */
export const runCli = defineCli(definition);
