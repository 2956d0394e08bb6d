import { add, mean, mul, ones, rsqrt, sub, type Tensor, type Variable, zeros } from "@tensorflow/tfjs-core";
import { checkChannels, checkCounts } from "./check-channels.js";
import type { ForwardContext } from "./forward-context.js";
import { Module } from "./module.js";
import { normalize } from "./normalize.js";

/** Options of layers that normalise with a batch's moments. */
export interface RunningNormOptions {
  /** Size of the last axis. */
  channels: number;
  /** Added to the variance. Default 1e-5. */
  epsilon?: number | undefined;
  /** Weight of the newest batch in the running statistics. Default 0.1. */
  momentum?: number | undefined;
}

/** The moments of batches, over every axis but the last, and their running averages. */
export abstract class RunningNorm extends Module {
  readonly runningMean: Variable;
  readonly runningVariance: Variable;
  readonly #epsilon: number;
  readonly #name: string;
  readonly #channels: number;
  readonly #momentum: number;

  protected constructor(name: string, options: RunningNormOptions) {
    super();
    const { channels } = options;
    checkCounts(name, { channels });
    this.#name = name;
    this.#channels = channels;
    this.#epsilon = options.epsilon ?? 1e-5;
    this.#momentum = options.momentum ?? 0.1;
    this.runningMean = this.buffer("runningMean", () => zeros([channels]));
    this.runningVariance = this.buffer("runningVariance", () => ones([channels]));
  }

  /**
   * γ (x - μ) / √(σ² + ε) + β with the batch's moments in training, which it tracks, the running ones otherwise.
   *
   * @param affine γ and β, [channels] each. Default: neither.
   */
  protected normalize<T extends Tensor>(
    x: T,
    ctx: ForwardContext,
    affine?: { gamma: Tensor; beta: Tensor },
  ): T {
    checkChannels(this.#name, x, x.rank === 2 ? 2 : 4, this.#channels);
    const epsilon = this.#epsilon;
    if (!ctx.training) {
      const scale = rsqrt(add(this.runningVariance, epsilon));
      const centred = sub(x, this.runningMean);
      return affine ? add(mul(centred, mul(scale, affine.gamma)), affine.beta) : mul(centred, scale);
    }
    const axes = x.shape.slice(0, -1).map((_, axis) => axis);
    const average = (values: Tensor) => mean(values, axes);
    const { y, mean: batchMean, variance } = normalize(x, { average, epsilon, affine });
    const count = x.size / this.#channels;
    const unbiased = count > 1 ? count / (count - 1) : 1;
    this.#track(ctx, this.runningMean, batchMean, 1);
    this.#track(ctx, this.runningVariance, variance, unbiased);
    return y;
  }

  /** running ← (1 - momentum) · running + momentum · factor · batch */
  #track(ctx: ForwardContext, running: Variable, batch: Tensor, factor: number): void {
    const momentum = this.#momentum;
    ctx.updateBuffer(running, () => add(mul(running, 1 - momentum), mul(batch, momentum * factor)));
  }
}
