import { dropout, type ForwardContext, Maxout, Module, type WeightOptions } from "@gan/core";
import { reshape, type Tensor2D, type Tensor4D } from "@tensorflow/tfjs-core";
import type { VanillaConfig } from "./config.js";

/** Two maxout layers over all pixels, with dropout behind each. Goodfellow et al. 2014, section 5. */
export class MaxoutBody extends Module {
  /** Features that come out. */
  readonly units: number;
  readonly #dropoutRate: number;
  readonly #layers: Maxout[] = [];

  /** @param weights How layers begin. */
  constructor(config: VanillaConfig, weights: WeightOptions) {
    super();
    const { imageSize, channels, discriminatorUnits = 240, maxoutPieces: pieces, stabilisers } = config;
    this.units = discriminatorUnits;
    this.#dropoutRate = stabilisers.discriminatorDropout;
    let inputs = imageSize ** 2 * channels;
    for (const index of [0, 1]) {
      const layer = new Maxout({ ...weights, inputs, outputs: discriminatorUnits, pieces });
      this.#layers.push(this.child(`layers.${index}`, layer));
      inputs = discriminatorUnits;
    }
  }

  /** [B, imageSize, imageSize, channels] → [B, units]. */
  forward(images: Tensor4D, ctx: ForwardContext): Tensor2D {
    let x: Tensor2D = reshape(images, [images.shape[0], -1]);
    for (const layer of this.#layers) x = dropout(layer.forward(x, ctx), ctx, { rate: this.#dropoutRate });
    return x;
  }
}
