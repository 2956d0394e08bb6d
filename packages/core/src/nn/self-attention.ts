import {
  add,
  matMul,
  maxPool,
  mul,
  reshape,
  softmax,
  type Tensor3D,
  type Tensor4D,
  type Variable,
  zeros,
} from "@tensorflow/tfjs-core";
import { ConfigError } from "../errors/index.js";
import { checkChannels, checkCounts } from "./check-channels.js";
import { Conv2d } from "./conv2d.js";
import type { ForwardContext } from "./forward-context.js";
import { Module } from "./module.js";
import { checkEvenSides } from "./resample.js";
import { readParameter } from "./substitution.js";
import type { WeightOptions } from "./weighted-layer.js";

/** Options of {@link SelfAttention}. */
export interface SelfAttentionOptions extends Pick<WeightOptions, "random" | "initializer" | "spectralNorm"> {
  /** A multiple of 8. */
  channels: number;
}

/**
 * Every pixel looks at all others: `y = x + γ · W_o softmax(q kᵀ) v`, where q, k (C/8 channels) and v (C/2)
 * are 1 × 1 convolutions without bias, keys and values are max-pooled 2 × 2, and γ is 0 at first.
 * Zhang et al. 2019, as in BigGAN.
 */
export class SelfAttention extends Module {
  /** Weight of what attention adds, 0 at the start. */
  readonly gamma: Variable;
  readonly #channels: number;
  readonly #query: Conv2d;
  readonly #key: Conv2d;
  readonly #value: Conv2d;
  readonly #output: Conv2d;

  /** @throws ConfigError when channels is no multiple of 8. */
  constructor({ channels, ...weights }: SelfAttentionOptions) {
    super();
    checkCounts("SelfAttention", { channels });
    if (channels % 8 !== 0) {
      throw new ConfigError(
        "core",
        `SelfAttention's channels must be a multiple of 8, got ${channels}. Use ${Math.ceil(channels / 8) * 8}.`,
      );
    }
    this.#channels = channels;
    const create = (inputs: number, outputs: number) =>
      new Conv2d({ ...weights, inputs, outputs, kernelSize: 1, bias: false });
    this.#query = this.child("query", create(channels, channels / 8));
    this.#key = this.child("key", create(channels, channels / 8));
    this.#value = this.child("value", create(channels, channels / 2));
    this.#output = this.child("output", create(channels / 2, channels));
    this.gamma = this.parameter("gamma", () => zeros([]));
  }

  /**
   * Same shape out as in: [B, H, W, channels], H and W even.
   *
   * @throws ShapeError when x is of another shape.
   */
  forward(x: Tensor4D, ctx: ForwardContext): Tensor4D {
    checkChannels("SelfAttention", x, 4, this.#channels);
    checkEvenSides("SelfAttention", x);
    const [batch, height, width] = x.shape;
    const flatten = (y: Tensor4D): Tensor3D => reshape(y, [batch, -1, y.shape[3]]);
    const pool = (y: Tensor4D) => maxPool(y, 2, 2, "valid");
    const query = flatten(this.#query.forward(x, ctx)); // [B, HW, C/8]
    const key = flatten(pool(this.#key.forward(x, ctx))); // [B, HW/4, C/8]
    const value = flatten(pool(this.#value.forward(x, ctx))); // [B, HW/4, C/2]
    const attention = softmax(matMul(query, key, false, true)); // [B, HW, HW/4]
    const seen: Tensor4D = reshape(matMul(attention, value), [batch, height, width, -1]);
    return add(x, mul(this.#output.forward(seen, ctx), readParameter(this.gamma)));
  }
}
