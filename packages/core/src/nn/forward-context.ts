import type { Scalar, Tensor, Variable } from "@tensorflow/tfjs-core";

/**
 * What a layer may ask of whoever runs it. The trainer's context feeds a compiled step; the one of
 * {@link createInferenceContext} draws from a generator at once.
 */
export interface ForwardContext {
  /** Whether layers use batch statistics and noise as in training. */
  readonly training: boolean;
  /**
   * N(0, 1) noise, float32. In a compiled step this is an input that is refilled at every replay.
   *
   * @param shape Every dimension known.
   * @param name Requests of one step that give the same name share one tensor; without a name every
   *   request is fresh. A name must always come with the same shape.
   * @returns A tensor owned by the context: the caller must not dispose it.
   */
  normal(shape: readonly number[], name?: string): Tensor;
  /** As {@link normal}, uniform in [0, 1). */
  uniform(shape: readonly number[], name?: string): Tensor;
  /**
   * A number that may change from step to step without compiling again, such as the strength of a
   * decaying noise: float32, owned by the context.
   *
   * @param name One of those that the variant's `scalars` gives.
   */
  scalar(name: string): Scalar;
  /**
   * Measures something for events and diagnostics, such as the mean probability of real pictures. No
   * gradient flows from it.
   *
   * @param name Once in a step.
   * @param compute Called only when somebody listens.
   */
  report(name: string, compute: () => Scalar): void;
  /**
   * Stores a running statistic, unless the network that it belongs to is not being updated now, or a tensor of
   * one of the variant's state holders.
   *
   * @param compute Called only when the value is wanted; same shape as `buffer`.
   */
  updateBuffer(buffer: Variable, compute: () => Tensor): void;
}
