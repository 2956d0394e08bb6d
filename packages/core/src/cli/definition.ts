import type { Tensor1D, Tensor4D } from "@tensorflow/tfjs-core";
import type { z } from "zod";
import type { BatchSource, TensorRecord } from "../data/index.js";
import type { Random } from "../random/index.js";
import type { Variant } from "../train/index.js";
import type { RegistrySource } from "./data-command.js";
import type { RunConfig } from "./run-config.js";

/** Batches that may hold files open and leave damaged pictures out. */
export type OpenedData<Batch extends TensorRecord> = BatchSource<Batch> & {
  close?(): Promise<void>;
  /** What was left out so far. */
  readonly skipped?: { readonly count: number; readonly examples: readonly string[] };
};

/** What a model can say of pictures that are given to it. */
export interface PictureJudge {
  /** Side of the square pictures that it takes. */
  imageSize: number;
  channels: 1 | 3 | 4;
  /** [count, size, size, channels] in [-1, 1] → each picture's probability of being real, [count]. */
  discriminate(images: Tensor4D): Tensor1D;
  /** What its discriminator sees at each level: [count, height, width, features]. */
  featureMaps?(images: Tensor4D): Tensor4D[];
}

/** What a variant package says to get a command line. */
export interface CliDefinition<
  Network extends string,
  Batch extends TensorRecord,
  Model,
  V extends Variant<Network, Batch> = Variant<Network, Batch>,
> {
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
  create(model: Model, seed: number): V;
  /** Opens the data that a configuration names, shuffled by `random`. */
  openData(config: RunConfig<Model>, random: Random, report: DataReport): Promise<OpenedData<Batch>>;
  /** The named data sets, for the command `data`. */
  datasets: RegistrySource;
  /** Lets `discriminate` judge pictures; absent where the model has no such judge. */
  createJudge?(variant: V): PictureJudge;
}

/** Where opening data tells what it does. */
export interface DataReport {
  /** A sentence that the user should read, such as a picture that was left out. */
  warn(message: string): void;
}
