import type * as tf from "@tensorflow/tfjs-core";

/** Shape of a measured step. */
export interface NetworkSize {
  readonly pixels: number;
  readonly batch: number;
  /** Channels of the widest images within the networks. */
  readonly features: number;
}

/** A training step on fixed data, compiled on `ort`. */
export interface NetworkStep {
  /** Name of the compiled function. */
  readonly graph: string;
  /** Operations that a step needs; see `../operations.ts`. */
  readonly neededOperations: number;
  /**
   * Runs a step and returns its losses, which the caller disposes.
   * @param count float32 scalar, 1 at the first step
   */
  run(count: tf.Scalar): tf.Scalar[];
  /** Lets the compiled function go. */
  dispose(): void;
  /** Every variable of the networks, in the order in which they were made. */
  readonly variables: readonly tf.Variable[];
}
