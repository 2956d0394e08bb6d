import type { Scalar, Tensor4D, Variable } from "@tensorflow/tfjs-core";
import type { TensorRecord } from "../data/index.js";
import type { LatentSpace } from "../metrics/index.js";
import type { Condition, ForwardContext, Module } from "../nn/index.js";
import type { AdamSpec, ExponentialAverage, LearningRateSchedule } from "../optim/index.js";
import type { ExportableNetwork } from "./exportable.js";

/** What a phase's losses may ask of the trainer. */
export interface StepContext extends ForwardContext {
  /** The key of the variant's present {@link Stage}; absent where it has none. */
  readonly stage?: string | undefined;
}

/** A part of training in which one compiled step serves, such as a resolution of a growing network. */
export interface Stage {
  /** Names it; steps of different stages are compiled each by itself. */
  key: string;
  /** Images before the stage's first step. */
  fromImages: number;
  /** Optimizers forget their moments and count updates anew whenever this changes. Default: never. */
  optimizers?: string | undefined;
  /** Multiplies every learning rate. Default 1. */
  learningRateFactor?: number | undefined;
  /**
   * Whether a weight takes part, by its name `<network>.<name>`; the others get no gradient and stay as
   * they are, in the averages too. Default: all do.
   */
  isActive?(name: string): boolean;
}

/** How a phase moves its networks. */
export interface OptimizerSpec extends AdamSpec {
  /** Default: the learning rate stays. */
  schedule?: LearningRateSchedule | undefined;
  /** Keeps every weight within [-weightClip, weightClip] after each update. Arjovsky et al. 2017. Default: they go where they go. */
  weightClip?: number | undefined;
  /** Shortens all gradients together to at most this norm. Default: they stay as they are. */
  maxGradientNorm?: number | undefined;
}

/** One part of a training step: a loss and the networks that it moves. */
export interface Phase<Network extends string, Batch extends TensorRecord> {
  /** Names the phase in losses and events, for example `discriminator`. */
  name: string;
  /** Only these networks' weights and running statistics change. */
  updates: readonly Network[];
  /** Steps between runs: 1 runs in every step, 16 in every sixteenth. */
  every: number;
  /** What its gradients go through. */
  optimizer: OptimizerSpec;
  /**
   * The loss as named, weighted terms, which are summed. Runs once while the step is compiled: what
   * changes from step to step must come from `batch` or `ctx`.
   */
  losses(batch: Batch, ctx: StepContext): Record<string, Scalar>;
}

/** How far training is when a step begins. */
export interface Progress {
  /** Images before the step. */
  imagesSeen: number;
  /** Steps taken so far. */
  stepsTaken: number;
  /** Images in the step. */
  batchSize: number;
}

/** Something besides networks that a checkpoint must keep: an image pool, ADA's probability. */
export interface StateHolder {
  /** Everything as plain JSON, besides the variables. */
  save(): unknown;
  /**
   * Takes over what {@link save} gave.
   *
   * @throws CheckpointError when it is something else.
   */
  load(json: unknown): void;
  /** Tensors to keep, by name. Default: none. */
  namedVariables?(): ReadonlyMap<string, Variable>;
}

/** What to sample. */
export interface SampleRequest<Batch extends TensorRecord = TensorRecord> {
  /** Number of pictures. */
  count: number;
  /** Real tensors to start from, for variants that translate; stays the caller's. Default: none. */
  batch?: Batch | undefined;
  /** What each picture shall show, for variants of classes; stays the caller's. Default: the classes in turn. */
  condition?: Condition | undefined;
  /** Share of the latents' spread that is used, 1 for all: less is more typical, less varied. Default 1. */
  truncation?: number | undefined;
}

/** Pictures to be seen side by side. */
export interface Gallery {
  /** [count, height, width, channels], float32 in [-1, 1], row by row; owned by the caller. */
  images: Tensor4D;
  /** Pictures in a row. */
  columns: number;
}

/** A GAN as the trainer sees it: networks, the phases that train them, and how to sample. */
export interface Variant<
  Network extends string = string,
  Batch extends TensorRecord = TensorRecord,
  Config = unknown,
> {
  /** The paper in a word, for example `dcgan`. */
  name: string;
  /** Everything that decides what it is, defaults filled in. */
  config: Readonly<Config>;
  /** The keys are also the checkpoint's. */
  networks: Record<Network, Module>;
  /** Run in this order within each step. */
  phases: readonly Phase<Network, Batch>[];
  /** Averaged networks, updated after every step. */
  averages: Partial<Record<Network, ExponentialAverage>>;
  /** What else a checkpoint keeps, by name. */
  state?: Readonly<Record<string, StateHolder>>;
  /**
   * Where training stands, for variants whose step changes in jumps: a pure function of the images seen
   * before the step. Default: one stage.
   */
  stage?(imagesSeen: number): Stage;
  /**
   * The discriminator's layers from the picture to the score, as their weights' names begin: `fromImage`, `blocks.2`.
   * Default: in the order in which they were made.
   */
  discriminatorLayers?: readonly string[];
  /** What `ctx.scalar` hands out in the next step, by name. */
  scalars?(progress: Progress): Record<string, number>;
  /** Told after every step what phases reported; may change what {@link scalars} gives next. */
  observe?(reports: Readonly<Record<string, number>>, progress: Progress): void;
  /**
   * Pictures from the averaged generator: [count, height, width, channels], float32 in [-1, 1], owned
   * by the caller. Noise comes from `ctx`.
   */
  sample(request: SampleRequest<Batch>, ctx: ForwardContext): Tensor4D;
  /**
   * Rows of pictures that show what the model does to a batch, such as input, output and target, for
   * variants whose samples say little without what they came from. Noise comes from `ctx`.
   */
  gallery?(batch: Batch, ctx: ForwardContext): Gallery;
  /** The real pictures of a batch that samples should resemble; stays the batch's. */
  referenceImages?(batch: Batch): Tensor4D;
  /** Where ways lead from picture to picture: what the path length is measured in. Absent where there is none. */
  latentSpace?: LatentSpace;
  /** Networks that `export` writes as ONNX, by name; the first is the one that is meant without a name. */
  exportable?: Readonly<Record<string, ExportableNetwork>>;
}
