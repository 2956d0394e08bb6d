import {
  abs,
  concat,
  exp,
  matMul,
  neg,
  reshape,
  sub,
  sum,
  type Tensor2D,
  type Variable,
} from "@tensorflow/tfjs-core";
import type { Random } from "../random/index.js";
import { checkChannels, checkCounts } from "./check-channels.js";
import { type Initializer, normalInitializer } from "./initializers.js";
import { Module } from "./module.js";
import { readParameter } from "./substitution.js";

/** Options of {@link MinibatchDiscrimination}. */
export interface MinibatchDiscriminationOptions {
  /** A: features in. */
  inputs: number;
  /** B: features added. Default 50. */
  outputs?: number | undefined;
  /** C: numbers that each of them compares. Default 5. */
  dimensions?: number | undefined;
  /** Draws the initial weights. */
  random: Random;
  /** Default N(0, 0.05²). */
  initializer?: Initializer | undefined;
}

/**
 * Appends how near each sample is to the rest of its batch:
 * `o_b(x_i) = Σ_j exp(-‖M_i,b - M_j,b‖₁)`, M = f(x)·T, itself included. Salimans et al. 2016, section 3.2.
 *
 * Weight T: [inputs, outputs · dimensions].
 */
export class MinibatchDiscrimination extends Module {
  /** The projections of the features. */
  readonly weight: Variable;
  readonly #inputs: number;
  readonly #outputs: number;
  readonly #dimensions: number;

  /** @throws ConfigError when a size is no whole number from 1. */
  constructor(options: MinibatchDiscriminationOptions) {
    super();
    const { inputs, outputs = 50, dimensions = 5, random } = options;
    const { initializer = normalInitializer(0.05) } = options;
    checkCounts("MinibatchDiscrimination", { inputs, outputs, dimensions });
    this.#inputs = inputs;
    this.#outputs = outputs;
    this.#dimensions = dimensions;
    this.weight = this.parameter("weight", () => initializer([inputs, outputs * dimensions], random));
  }

  /**
   * [N, inputs] → [N, inputs + outputs].
   *
   * @throws ShapeError when x is not [N, inputs].
   */
  forward(x: Tensor2D): Tensor2D {
    checkChannels("MinibatchDiscrimination", x, 2, this.#inputs);
    const rows = matMul(x, readParameter(this.weight) as Tensor2D);
    const [first, second] = [
      reshape(rows, [-1, 1, this.#outputs, this.#dimensions]),
      reshape(rows, [1, -1, this.#outputs, this.#dimensions]),
    ];
    const distances = sum(abs(sub(first, second)), 3); // [N, N, B]
    return concat([x, sum(exp(neg(distances)), 1) as Tensor2D], 1);
  }
}
