import type { BatchSource, DataConfig, ImageArrays, SizedImageSet, TensorRecord } from "../data/index.js";
import type { Random } from "../random/index.js";
import type { Variant } from "../train/index.js";
import type { CliDefinition } from "./definition.js";
import type { BasicData, RunConfig } from "./run-config.js";

/** A part of a growing variant's training. */
export interface BenchStage {
  /** 0 for the coarsest. Default: the last. */
  level?: number | undefined;
  /** How far that level has faded in, in [0, 1). Default: it stays. */
  fade?: number | undefined;
}

/** A training step whose throughput is measured. */
export interface BenchStep extends BenchStage {
  /** Names it in tables and on the command line; begins with the variant's name: `dcgan-mnist-32`. */
  name: string;
  /** What is special about it, for a table: `preset`. */
  about: string;
  /** Preset whose section `model` and batch size it takes. Default: the variant's defaults. */
  preset?: string;
  /** What of the section `model` differs from that. */
  model?: Readonly<Record<string, unknown>>;
  /** Pictures in a step. Default: the preset's, or 1. */
  batch?: number;
  /** Steps in which every lazy phase falls due as often as it should; times are those of one step. Default 1. */
  cycle?: number;
  /** Side of the pictures. Default: `imageSize`. */
  side?: number;
  /** Whether only a few steps are timed, with other frameworks at two threads. Default false. */
  isLong?: boolean;
  /** Whether nothing is compared with, such as for the steps of a table by size. Default false. */
  isAlone?: boolean;
}

/** What is trained for how long, here and in other frameworks, and how its pictures are measured. */
export interface BenchTraining {
  /** Names it in tables and on the command line: `cgan-mnist-32`. */
  name: string;
  /** Preset whose configuration is trained. */
  preset: string;
  /** What differs from the preset, as `train --set` takes it. */
  settings?: Readonly<Record<string, string | number>>;
  /** Pictures to learn from. */
  images: number;
  /** What a run of minutes does instead: some twenty seconds of training on two cores. */
  smoke: { images: number; settings?: Readonly<Record<string, string | number>> };
  /** Network whose features are compared, as `loadExtractor` takes it. */
  extractor: string;
  /** The set that generated pictures are compared with, and how many of it are drawn where it is drawn to order. */
  heldOut?: { name: string; count?: number };
  /** Pictures to generate. Default: for translators all that are held out, otherwise 10,000. */
  count?: number;
}

/** Everything that a variant's network learns from, as pictures. */
export interface BenchPictures {
  /** Sets to train on, by the names that other frameworks' batches have; larger than `imageSize` where crops are cut. */
  train: Readonly<Record<string, SizedImageSet>>;
  /** Sets that were held out. */
  test: Readonly<Record<string, SizedImageSet>>;
  /** Which of {@link test} each direction translates, the default direction first. */
  sources: Readonly<Record<string, string>>;
  /** Which of {@link test} each direction's translations should look like. */
  targets: Readonly<Record<string, string>>;
  /** For each held-out picture of `a` its partner's place in `b`, for domains with a hidden pairing. */
  partners?: ArrayLike<number> | undefined;
  /** Frees the sets and their caches; they cannot be read afterwards. */
  close(): Promise<void>;
}

/** Pictures made up for a step, and how many go into it. */
export interface BenchBatches {
  /** Pictures in a step. */
  batchSize: number;
  /** Of what the batches draw: order, crops, flips. */
  random: Random;
  /** Square pictures in memory, seeded by the name. */
  pictures(side: number, channels: number, name?: string): ImageArrays;
}

/**
 * What a variant package exports as `./bench`, under the name `bench`: with it benchmarks time it, train it and
 * compare it, and tables name it.
 */
export interface BenchDefinition<
  Network extends string,
  Batch extends TensorRecord,
  Model,
  V extends Variant<Network, Batch> = Variant<Network, Batch>,
  Data extends BasicData = DataConfig,
> {
  /** What the command line is made of: networks, presets, data. */
  cli: CliDefinition<Network, Batch, Model, V, Data>;
  /** Steps to time. The first stands for the variant where there is time for one. */
  steps: readonly BenchStep[];
  /** Trainings to measure. The first stands for the variant where there is time for one. */
  trainings: readonly BenchTraining[];
  /** Batches of made-up pictures, gathered from memory by the package's own means, as often as they are asked for. */
  createBatches(model: Model, source: BenchBatches): BatchSource<Batch>;
  /** The configuration with another batch, for variants whose batch is part of it. */
  withBatch?(model: Model, batch: number): Model;
  /** Images after which a stage is reached, for variants that grow. Default: 0. */
  startOf?(model: Model, stage: BenchStage): number;
  /** Side of the pictures after so many images, for variants that grow. Default: `imageSize`. */
  sideAt?(model: Model, imagesSeen: number): number;
  /** Lets a variant with fresh weights make pictures as large as it would after so many images. */
  grow?(variant: V, imagesSeen: number): void;
  /** Opens what a configuration names. Default: `data` names single pictures, labelled where there are classes. */
  openPictures?(config: Pick<RunConfig<Model, Data>, "model" | "data">): Promise<BenchPictures>;
  /** What else another framework's training script, `gan_train_torch.py`, is told: options without dashes. */
  peerOptions?(model: Model): Readonly<Record<string, string>>;
}
