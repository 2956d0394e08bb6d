import {
  Dense,
  dropout,
  type ForwardContext,
  type Judgement,
  MinibatchDiscrimination,
  Module,
  type Random,
} from "@gan/core";
import type { Tensor2D, Tensor4D } from "@tensorflow/tfjs-core";
import type { VanillaConfig } from "./config.js";
import { ConvolutionalBody } from "./convolutional-body.js";
import { chooseInitialWeights } from "./initial-weights.js";
import { MaxoutBody } from "./maxout-body.js";

/** Picture → score of being real, by one of two bodies and one linear unit. */
export class Discriminator extends Module {
  readonly #inputDropout: number;
  readonly #body: ConvolutionalBody | MaxoutBody;
  readonly #discrimination: MinibatchDiscrimination | undefined;
  readonly #judge: Dense;

  /** @param random Draws the initial weights. */
  constructor(config: VanillaConfig, random: Random) {
    super();
    const { stabilisers, discriminator, discriminatorRange, inputDropout } = config;
    const { minibatchDiscrimination, spectralNorm } = stabilisers;
    this.#inputDropout = inputDropout;
    const initializer = chooseInitialWeights(discriminatorRange);
    const weights = { initializer, random, spectralNorm: spectralNorm !== "none" };
    const Body = discriminator === "maxout" ? MaxoutBody : ConvolutionalBody;
    this.#body = this.child("body", new Body(config, weights));
    let inputs = this.#body.units;
    if (minibatchDiscrimination > 0) {
      const layer = new MinibatchDiscrimination({ inputs, outputs: minibatchDiscrimination, random });
      this.#discrimination = this.child("discrimination", layer);
      inputs += minibatchDiscrimination;
    }
    this.#judge = this.child("judge", new Dense({ ...weights, inputs, outputs: 1 }));
  }

  /** [B, imageSize, imageSize, channels] in [-1, 1] → [B, 1] scores; logits in all games but two. */
  forward(images: Tensor4D, ctx: ForwardContext): Tensor2D {
    return this.judge(images, ctx).scores;
  }

  /** Scores as {@link forward} gives them, and the last features [B, units], for feature matching. */
  judge(images: Tensor4D, ctx: ForwardContext): Judgement & { scores: Tensor2D } {
    const seen = dropout(images, ctx, { rate: this.#inputDropout });
    const features = this.#body.forward(seen, ctx);
    const told = this.#discrimination?.forward(features) ?? features;
    return { scores: this.#judge.forward(told, ctx), features: [features] };
  }
}
