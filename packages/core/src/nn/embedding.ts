import type { Tensor2D } from "@tensorflow/tfjs-core";
import type { Random } from "../random/index.js";
import { type Condition, expandCondition } from "./condition.js";
import { Dense } from "./dense.js";
import type { ForwardContext } from "./forward-context.js";
import { type Initializer, normalInitializer } from "./initializers.js";
import { Module } from "./module.js";

/** Options of {@link Embedding}. */
export interface EmbeddingOptions {
  /** Number of classes. */
  classes: number;
  /** Numbers for each class. */
  features: number;
  /** Draws the initial weights. */
  random: Random;
  /** Default N(0, 1). */
  initializer?: Initializer | undefined;
  /** Divides the table by its spectral norm. Default false. */
  spectralNorm?: boolean | undefined;
}

/** A table of a row for each class, its weight `table.weight`: [classes, features]. */
export class Embedding extends Module {
  readonly #classes: number;
  readonly #table: Dense;

  /** @throws ConfigError when a size is no whole number from 1. */
  constructor(options: EmbeddingOptions) {
    super();
    const { classes, features, random, spectralNorm, initializer = normalInitializer(1) } = options;
    this.#classes = classes;
    const table = { inputs: classes, outputs: features, bias: false, random, initializer, spectralNorm };
    this.#table = this.child("table", new Dense(table));
  }

  /**
   * The rows of the classes, [B, features]; of weights, the rows' weighted sums.
   *
   * @param condition int32 [B] or float32 [B, classes].
   * @param ctx Needed with spectralNorm only.
   * @throws ShapeError when the condition is of another shape or dtype.
   */
  forward(condition: Condition, ctx?: ForwardContext): Tensor2D {
    return this.#table.forward(expandCondition("Embedding", condition, this.#classes), ctx);
  }
}
