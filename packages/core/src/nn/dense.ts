import { add, matMul, type Tensor2D, type Variable, zeros } from "@tensorflow/tfjs-core";
import type { Random } from "../random/index.js";
import { checkChannels } from "./check-channels.js";
import { type Initializer, normalInitializer } from "./initializers.js";
import { Module } from "./module.js";

/** Options of {@link Dense}. */
export interface DenseOptions {
  inputs: number;
  outputs: number;
  random: Random;
  /** Whether to add a bias, zero at first. Default true. */
  bias?: boolean;
  /** First weights. Default N(0, 0.02²). */
  initializer?: Initializer;
}

/** `y = x·W (+ b)`: [batch, inputs] → [batch, outputs], float32. Weight: [inputs, outputs]. */
export class Dense extends Module {
  readonly weight: Variable;
  readonly bias: Variable | undefined;
  readonly #inputs: number;

  constructor(options: DenseOptions) {
    super();
    const { inputs, outputs, random, initializer = normalInitializer(0.02) } = options;
    this.#inputs = inputs;
    this.weight = this.parameter("weight", () => initializer([inputs, outputs], random));
    this.bias = options.bias === false ? undefined : this.parameter("bias", () => zeros([outputs]));
  }

  forward(x: Tensor2D): Tensor2D {
    checkChannels("Dense", x, 2, this.#inputs);
    const y: Tensor2D = matMul(x, this.weight as unknown as Tensor2D);
    return this.bias ? add(y, this.bias) : y;
  }
}
