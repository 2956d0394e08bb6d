import type { z } from "zod";
import type { BatchSource, TensorRecord } from "../data/index.js";
import type { Random } from "../random/index.js";
import type { Variant } from "../train/index.js";
import type { RunConfig } from "./run-config.js";

/** What a variant package says to get a command line. */
export interface CliDefinition<Network extends string, Batch extends TensorRecord, Model> {
  /** The variant's name, for example `dcgan`; the command is `gan-<name>`. */
  name: string;
  /** One sentence for the help. */
  description: string;
  /** The package's version. */
  version: string;
  /** Folder of preset configurations. */
  presetFolder: string;
  /** Schema of the configuration's `model` section. */
  modelSchema: z.ZodType<Model>;
  /** Builds the variant with fresh weights. */
  create(model: Model, seed: number): Variant<Network, Batch>;
  /** Opens the data that a configuration names, shuffled by `random`. */
  openData(config: RunConfig<Model>, random: Random): Promise<BatchSource<Batch>>;
}
