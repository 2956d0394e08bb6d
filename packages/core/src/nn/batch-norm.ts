import {
  add,
  moments,
  mul,
  ones,
  rsqrt,
  sub,
  type Tensor,
  type Variable,
  zeros,
} from "@tensorflow/tfjs-core";
import type { Random } from "../random/index.js";
import { checkChannels } from "./check-channels.js";
import type { ForwardContext } from "./forward-context.js";
import { type Initializer, normalInitializer } from "./initializers.js";
import { Module } from "./module.js";

/** Options of {@link BatchNorm}. */
export interface BatchNormOptions {
  /** Size of the last axis. */
  channels: number;
  random: Random;
  /** Added to the variance. Default 1e-5. */
  epsilon?: number;
  /** Weight of the newest batch in the running statistics. Default 0.1. */
  momentum?: number;
  /** First scale γ. Default N(1, 0.02²). */
  initializer?: Initializer;
}

/**
 * Batch normalisation over every axis but the last:
 * `y = γ (x - μ) / √(σ² + ε) + β`, with the batch's moments in training and the running ones
 * otherwise. Running variance is the unbiased one. Ioffe and Szegedy 2015.
 */
export class BatchNorm extends Module {
  readonly gamma: Variable;
  readonly beta: Variable;
  readonly runningMean: Variable;
  readonly runningVariance: Variable;
  readonly #channels: number;
  readonly #epsilon: number;
  readonly #momentum: number;

  constructor(options: BatchNormOptions) {
    super();
    const { channels, random, initializer = normalInitializer(0.02, 1) } = options;
    this.#channels = channels;
    this.#epsilon = options.epsilon ?? 1e-5;
    this.#momentum = options.momentum ?? 0.1;
    this.gamma = this.parameter("gamma", () => initializer([channels], random));
    this.beta = this.parameter("beta", () => zeros([channels]));
    this.runningMean = this.buffer("runningMean", () => zeros([channels]));
    this.runningVariance = this.buffer("runningVariance", () => ones([channels]));
  }

  /** Same shape out as in: [..., channels], rank 2 or 4. */
  forward<T extends Tensor>(x: T, ctx: ForwardContext): T {
    checkChannels("BatchNorm", x, x.rank === 2 ? 2 : 4, this.#channels);
    if (!ctx.training) return this.#normalise(x, this.runningMean, this.runningVariance);
    const axes = x.shape.slice(0, -1).map((_, axis) => axis);
    const { mean, variance } = moments(x, axes);
    const count = x.size / this.#channels;
    const unbiased = count > 1 ? count / (count - 1) : 1;
    this.#track(ctx, this.runningMean, mean, 1);
    this.#track(ctx, this.runningVariance, variance, unbiased);
    return this.#normalise(x, mean, variance);
  }

  /** running ← (1 - momentum) · running + momentum · factor · batch */
  #track(ctx: ForwardContext, running: Variable, batch: Tensor, factor: number): void {
    const momentum = this.#momentum;
    ctx.updateBuffer(running, () => add(mul(running, 1 - momentum), mul(batch, momentum * factor)));
  }

  #normalise<T extends Tensor>(x: T, mean: Tensor, variance: Tensor): T {
    const scale = mul(rsqrt(add(variance, this.#epsilon)), this.gamma);
    return add(mul(sub(x, mean), scale), this.beta);
  }
}
