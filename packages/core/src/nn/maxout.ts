import { max, reshape, type Tensor2D, type Tensor3D } from "@tensorflow/tfjs-core";
import { checkCounts } from "./check-channels.js";
import { Dense, type DenseOptions } from "./dense.js";
import type { ForwardContext } from "./forward-context.js";
import { Module } from "./module.js";

/** Options of {@link Maxout}. */
export interface MaxoutOptions extends DenseOptions {
  /** Linear functions of which each output is the largest. Default 5. */
  pieces?: number | undefined;
}

/**
 * The largest of several linear functions, `y_i = max_j (x·W_ij + b_ij)`, which can become any convex activation:
 * [batch, inputs] → [batch, outputs], float32. Goodfellow et al. 2013, https://arxiv.org/abs/1302.4389.
 *
 * Weight: `linear.weight`, [inputs, outputs · pieces], the pieces of an output beside each other.
 */
export class Maxout extends Module {
  readonly #outputs: number;
  readonly #pieces: number;
  readonly #linear: Dense;

  /** @throws ConfigError when a size is no whole number from 1. */
  constructor({ outputs, pieces = 5, ...options }: MaxoutOptions) {
    super();
    checkCounts("Maxout", { outputs, pieces });
    this.#outputs = outputs;
    this.#pieces = pieces;
    this.#linear = this.child("linear", new Dense({ ...options, outputs: outputs * pieces }));
  }

  /**
   * @param ctx Needed with spectralNorm only.
   * @throws ShapeError when x is not [batch, inputs].
   */
  forward(x: Tensor2D, ctx?: ForwardContext): Tensor2D {
    const all = this.#linear.forward(x, ctx);
    const pieces: Tensor3D = reshape(all, [-1, this.#outputs, this.#pieces]);
    return max(pieces, 2);
  }
}
