import type { Scalar, Tensor4D } from "@tensorflow/tfjs-core";
import type { TensorRecord } from "../data/index.js";
import type { ForwardContext, Module } from "../nn/index.js";
import type { AdamSpec, ExponentialAverage } from "../optim/index.js";

/** What a phase's losses may ask of the trainer. */
export type StepContext = ForwardContext;

/** How a phase moves its networks. */
export type OptimizerSpec = AdamSpec;

/** One part of a training step: a loss and the networks that it moves. */
export interface Phase<Network extends string, Batch extends TensorRecord> {
  /** Names the phase in losses and events, for example `discriminator`. */
  name: string;
  /** Only these networks' weights and running statistics change. */
  updates: readonly Network[];
  /** Steps between runs: 1 runs in every step, 16 in every sixteenth. */
  every: number;
  optimizer: OptimizerSpec;
  /**
   * The loss as named, weighted terms, which are summed. Runs once while the step is compiled: what
   * changes from step to step must come from `batch` or `ctx`.
   */
  losses(batch: Batch, ctx: StepContext): Record<string, Scalar>;
}

/** What to sample. */
export interface SampleRequest {
  /** Number of pictures. */
  count: number;
}

/** A GAN as the trainer sees it: networks, the phases that train them, and how to sample. */
export interface Variant<
  Network extends string = string,
  Batch extends TensorRecord = TensorRecord,
  Config = unknown,
> {
  name: string;
  config: Readonly<Config>;
  /** The keys are also the checkpoint's. */
  networks: Record<Network, Module>;
  /** Run in this order within each step. */
  phases: readonly Phase<Network, Batch>[];
  /** Averaged networks, updated after every step. */
  averages: Partial<Record<Network, ExponentialAverage>>;
  /**
   * Pictures from the averaged generator: [count, height, width, channels], float32 in [-1, 1], owned
   * by the caller. Noise comes from `ctx`.
   */
  sample(request: SampleRequest, ctx: ForwardContext): Tensor4D;
}
