import { Conv2d, Dense, dropout, type ForwardContext, Module, type WeightOptions } from "@gan/core";
import { leakyRelu, reshape, type Tensor2D, type Tensor4D } from "@tensorflow/tfjs-core";
import type { VanillaConfig } from "./config.js";

const slope = 0.2;

/** Two convolutions (kernel 3, stride 2) and a dense layer, each with leaky ReLU (0.2) and dropout. */
export class ConvolutionalBody extends Module {
  /** Features that come out. */
  readonly units: number;
  readonly #dropoutRate: number;
  readonly #convs: Conv2d[] = [];
  readonly #dense: Dense;

  /** @param weights How layers begin. */
  constructor(config: VanillaConfig, weights: WeightOptions) {
    super();
    const { imageSize, channels, discriminatorFeatures, discriminatorUnits = 128, stabilisers } = config;
    this.units = discriminatorUnits;
    this.#dropoutRate = stabilisers.discriminatorDropout;
    let inputs: number = channels;
    for (const [index, outputs] of [discriminatorFeatures, 2 * discriminatorFeatures].entries()) {
      const conv = new Conv2d({ ...weights, inputs, outputs, kernelSize: 3, stride: 2 });
      this.#convs.push(this.child(`convs.${index}`, conv));
      inputs = outputs;
    }
    const pixels = (imageSize / 4) ** 2;
    const dense = new Dense({ ...weights, inputs: pixels * inputs, outputs: discriminatorUnits });
    this.#dense = this.child("dense", dense);
  }

  /** [B, imageSize, imageSize, channels] → [B, units]. */
  forward(images: Tensor4D, ctx: ForwardContext): Tensor2D {
    const rate = this.#dropoutRate;
    let x = images;
    for (const conv of this.#convs) x = dropout(leakyRelu(conv.forward(x, ctx), slope), ctx, { rate });
    const flat: Tensor2D = reshape(x, [images.shape[0], -1]); // [B, (imageSize / 4)² · 2 · features]
    return dropout(leakyRelu(this.#dense.forward(flat, ctx), slope), ctx, { rate });
  }
}
