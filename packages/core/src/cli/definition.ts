import type { Tensor1D, Tensor4D } from "@tensorflow/tfjs-core";
import type { z } from "zod";
import type { HostTensor } from "../checkpoint/index.js";
import type { BatchSource, DataConfig, TensorRecord } from "../data/index.js";
import type { FeatureExtractor, MatrixOptions } from "../metrics/index.js";
import type { ForwardContext } from "../nn/index.js";
import type { Random } from "../random/index.js";
import type { SampleRequest, Variant } from "../train/index.js";
import type { RegistrySource } from "./data-command.js";
import type { GrownLevel } from "./level-options.js";
import type { BasicData, RunConfig } from "./run-config.js";
import type { VariantCommand } from "./variant-command.js";

/** Batches that may hold files open and leave damaged pictures out. */
export type OpenedData<Batch extends TensorRecord> = BatchSource<Batch> & {
  close?(): Promise<void>;
  /** Pictures that are not trained on: samples and measures are made with them, where there are such. */
  heldOut?: BatchSource<Batch> | undefined;
  /** Names of the classes that the labels count, where batches carry labels. */
  readonly classNames?: readonly string[] | undefined;
  /** What was left out so far. */
  readonly skipped?: { readonly count: number; readonly examples: readonly string[] };
};

/** What a model can say of pictures that are given to it. */
export interface PictureJudge {
  /** Side of the square pictures that it takes. */
  imageSize: number;
  /** Channels that pictures must have. */
  channels: 1 | 3 | 4;
  /** [count, size, size, channels] in [-1, 1] → each picture's probability of being real, [count]. */
  discriminate(images: Tensor4D): Tensor1D;
  /** What its discriminator sees at each level: [count, height, width, features]. */
  featureMaps?(images: Tensor4D): Tensor4D[];
}

/** How a translator runs once. */
export interface TranslationRequest {
  /** One of the translator's directions. */
  direction: string;
  /** Whether dropout stays on, for networks that have it. */
  dropout: boolean;
  /** Gives noise. */
  ctx: ForwardContext;
}

/** How a model is measured. */
export interface EvaluationRequest extends Omit<TranslationRequest, "direction">, DataReport, MatrixOptions {
  /** Its features are compared too. Default: none are. */
  extractor?: FeatureExtractor | undefined;
  /** Pictures to generate, for models that start from noise. */
  count: number;
}

/** A model that turns pictures into pictures of the same size. */
export interface PictureTranslator {
  /** The directions in which it goes, the default first. */
  directions: readonly string[];
  /** Channels that pictures are brought to. */
  inputChannels: 1 | 3 | 4;
  /** Side of the pictures that it was trained on. */
  imageSize: number;
  /** Sides of pictures must be multiples of this. */
  sizeMultiple: number;
  /** [1, height, width, inputChannels] in [-1, 1] → [1, height, width, channels] in [-1, 1], the caller's. */
  translate(images: Tensor4D, request: TranslationRequest): Tensor4D;
}

/** What a model that grows can make. */
export interface GrownModel {
  /** The levels that have been trained, from coarse to fine. */
  reached: readonly GrownLevel[];
  /** As the variant's `sample`, at one of those levels. */
  sampleLevel(request: SampleRequest, ctx: ForwardContext, level: number): Tensor4D;
}

/** What a variant package says to get a command line. */
export interface CliDefinition<
  Network extends string,
  Batch extends TensorRecord,
  Model,
  V extends Variant<Network, Batch> = Variant<Network, Batch>,
  Data extends BasicData = DataConfig,
> {
  /** The variant's name, for example `dcgan`; the command is `gan-<name>`. */
  name: string;
  /** One sentence for the help. */
  description: string;
  /** The package's version. */
  version: string;
  /** Folder of preset configurations. */
  presetFolder: string;
  /** Folder of pretrained weights, a folder for each preset that has such. */
  weightsFolder: string;
  /** Schema of the configuration's `model` section. */
  modelSchema: z.ZodType<Model>;
  /** Schema of the section `data`, for variants that train on something else than single pictures, which are the default. */
  dataSchema?: z.ZodType<Data>;
  /** Builds the variant with fresh weights. */
  create(model: Model, seed: number): V;
  /** Opens the data that a configuration names, shuffled by `random`. */
  openData(config: RunConfig<Model, Data>, random: Random, report: DataReport): Promise<OpenedData<Batch>>;
  /** The named data sets, for the command `data`. */
  datasets: RegistrySource;
  /** What else a user wants to know of the networks, told before training and by `--dry-run`. */
  facts?(variant: V): Record<string, number | string>;
  /** A picture of a run's plan in characters, shown on standard error by `--dry-run`. */
  drawPlan?(config: RunConfig<Model, Data>): string;
  /** Lets `generate` ask for a level, for models that grow; the variant is as far as its checkpoint was. */
  grown?(variant: V): GrownModel;
  /** Gives the command `translate` instead of `generate`, for models that turn pictures into others. */
  createTranslator?(variant: V, config: RunConfig<Model, Data>): PictureTranslator;
  /**
   * Gives the command `evaluate`: figures on the pictures that were held out, by name, perhaps in groups.
   *
   * @throws DataError when nothing was held out.
   */
  evaluate?(variant: V, config: RunConfig<Model, Data>, request: EvaluationRequest): Promise<object>;
  /** Fills in what only the data can tell, such as the names of classes, before a run begins. */
  completeModel?(model: Model, data: OpenedData<Batch>): Model;
  /** Names of the classes that pictures can be made of; lets `generate` and `discriminate` ask for them. */
  classNames?(variant: V): readonly string[];
  /**
   * What belongs into a folder of pretrained weights besides the networks, by the files' names.
   *
   * @param folder Of the run, or of the weights, that the model comes from.
   */
  pretrainedFiles?(variant: V, folder: string): Promise<ReadonlyMap<string, Uint8Array>>;
  /** Changes the section `model` of pretrained weights for fine-tuning, such as leaving out growth. */
  fineTune?(model: Model): Model;
  /** Commands that no other variant has. Default: none. */
  commands?: readonly VariantCommand<V, Model>[];
  /**
   * Gives `generate` the option `--latent`: pictures from what this model's own commands have saved.
   *
   * @param latents The tensors of one file, by name.
   * @param source What to call them in errors.
   * @returns [count, height, width, channels] in [-1, 1], the caller's.
   * @throws CheckpointError when they are another model's.
   */
  sampleLatents?(
    variant: V,
    latents: ReadonlyMap<string, HostTensor>,
    source: string,
    options: { truncation: number },
  ): Promise<Tensor4D>;
  /**
   * Lets `discriminate` judge pictures; absent where the model has no such judge.
   *
   * @param label The class that the pictures should show, where there are classes.
   */
  createJudge?(variant: V, label?: number): PictureJudge;
}

/** Where opening data tells what it does. */
export interface DataReport {
  /** A sentence that the user should read, such as a picture that was left out. */
  warn(message: string): void;
}
