import { add, conv2d, type Tensor4D, type Variable, zeros } from "@tensorflow/tfjs-core";
import type { Random } from "../random/index.js";
import { checkChannels } from "./check-channels.js";
import { type Initializer, normalInitializer } from "./initializers.js";
import { Module } from "./module.js";

/** Options of {@link Conv2d} and {@link ConvTranspose2d}. */
export interface ConvOptions {
  /** Channels in. */
  inputs: number;
  /** Channels out. */
  outputs: number;
  /** Side of the square kernel. */
  kernelSize: number;
  random: Random;
  /** Default 1. */
  stride?: number;
  /** `same` keeps size ÷ stride (× stride when transposed); `valid` pads nothing. Default `same`. */
  padding?: "same" | "valid";
  /** Whether to add a bias, zero at first. Default true. */
  bias?: boolean;
  /** First weights. Default N(0, 0.02²). */
  initializer?: Initializer;
}

/** Convolution, NHWC float32. Weight: [kernel, kernel, inputs, outputs]. */
export class Conv2d extends Module {
  readonly weight: Variable;
  readonly bias: Variable | undefined;
  readonly #options: Required<Pick<ConvOptions, "inputs" | "stride" | "padding">>;

  constructor(options: ConvOptions) {
    super();
    const { inputs, outputs, kernelSize, random, stride = 1, padding = "same" } = options;
    const { initializer = normalInitializer(0.02) } = options;
    this.#options = { inputs, stride, padding };
    const shape = [kernelSize, kernelSize, inputs, outputs];
    this.weight = this.parameter("weight", () => initializer(shape, random));
    this.bias = options.bias === false ? undefined : this.parameter("bias", () => zeros([outputs]));
  }

  /** [B, H, W, inputs] → [B, H / stride, W / stride, outputs] with `same` padding. */
  forward(x: Tensor4D): Tensor4D {
    const { inputs, stride, padding } = this.#options;
    checkChannels("Conv2d", x, 4, inputs);
    const y = conv2d(x, this.weight as unknown as Tensor4D, stride, padding);
    return this.bias ? add(y, this.bias) : y;
  }
}
