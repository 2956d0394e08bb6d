import { type Tensor, type Variable, zeros } from "@tensorflow/tfjs-core";
import type { Random } from "../random/index.js";
import type { ForwardContext } from "./forward-context.js";
import { type Initializer, normalInitializer } from "./initializers.js";
import { RunningNorm, type RunningNormOptions } from "./running-norm.js";
import { readParameter } from "./substitution.js";

/** Options of {@link BatchNorm}. */
export interface BatchNormOptions extends RunningNormOptions {
  /** Draws the initial weights. */
  random: Random;
  /** First scale γ. Default N(1, 0.02²). */
  initializer?: Initializer;
}

/**
 * Batch normalisation over every axis but the last:
 * `y = γ (x - μ) / √(σ² + ε) + β`, with the batch's moments in training and the running ones
 * otherwise. Running variance is the unbiased one. Ioffe and Szegedy 2015.
 */
export class BatchNorm extends RunningNorm {
  /** Scale of each channel, [C]. */
  readonly gamma: Variable;
  /** Shift of each channel, [C]. */
  readonly beta: Variable;

  /** @throws ConfigError when channels is no whole number from 1. */
  constructor(options: BatchNormOptions) {
    super("BatchNorm", options);
    const { channels, random, initializer = normalInitializer(0.02, 1) } = options;
    this.gamma = this.parameter("gamma", () => initializer([channels], random));
    this.beta = this.parameter("beta", () => zeros([channels]));
  }

  /** Same shape out as in: [..., channels], rank 2 or 4. */
  forward<T extends Tensor>(x: T, ctx: ForwardContext): T {
    return this.normalize(x, ctx, { gamma: readParameter(this.gamma), beta: readParameter(this.beta) });
  }
}
