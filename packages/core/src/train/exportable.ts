import type { Tensor } from "@tensorflow/tfjs-core";
import type { ForwardContext } from "../nn/index.js";

/**
 * What an input holds, to try a file with: N(0, 1); uniform in [0, 1); pictures, uniform in [-1, 1]; or whole
 * numbers from 0, such as labels, as int32.
 */
export type ExampleValues = "normal" | "uniform" | "pictures" | { readonly below: number };

/** A tensor that an exported network takes. */
export interface NetworkInput {
  /** Shape of one example, without the batch in front: `[100]`, `[64, 64, 3]` for pictures, `[]` for labels. */
  readonly shape: readonly number[];
  /** What it is tried with before it is written. */
  readonly values: ExampleValues;
  /** What it must hold, for who reads the file: `N(0, 1)`. Layout and shape are added. */
  readonly description: string;
}

/** A network as it is used after training, to be written as a file for other runtimes. */
export interface ExportableNetwork {
  /** One sentence. */
  readonly description: string;
  /**
   * By name, in this order: `latents`, `labels`; what a translator takes is called `source`, for no input may be
   * called as an output is.
   */
  readonly inputs: Readonly<Record<string, NetworkInput>>;
  /** What each result holds, by name; pictures are called `images`. */
  readonly outputs: Readonly<Record<string, string>>;
  /**
   * Runs the network on a batch. Each input has the examples along its first axis, and so must each result have.
   * Traced once: what it draws from `ctx` becomes a constant of the file, so noise that should differ from run
   * to run must be an input.
   *
   * @param inputs Pictures are NHWC, whatever layout the file will have; stay the caller's.
   * @returns One tensor for each output, owned by the caller, who calls within a `tf.tidy`.
   */
  forward(inputs: Readonly<Record<string, Tensor>>, ctx: ForwardContext): Record<string, Tensor>;
}
