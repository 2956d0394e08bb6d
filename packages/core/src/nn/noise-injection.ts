import { add, mul, type Tensor, type Tensor4D, type Variable, zeros } from "@tensorflow/tfjs-core";
import { checkChannels, checkCounts, checkImages } from "./check-channels.js";
import type { ForwardContext } from "./forward-context.js";
import { Module } from "./module.js";
import { readParameter } from "./substitution.js";

/** Options of {@link NoiseInjection}. */
export interface NoiseInjectionOptions {
  /** One strength for each of so many channels, as in StyleGAN. Default: one for all, as in StyleGAN2. */
  channels?: number | undefined;
}

/** Adds noise of one number a pixel: `y = x + strength · n`, strength 0 at first. Karras et al. 2019. */
export class NoiseInjection extends Module {
  /** Factor of the noise, 0 at the start. */
  readonly strength: Variable;
  readonly #channels: number | undefined;

  /** @throws ConfigError when channels is no whole number from 1. */
  constructor({ channels }: NoiseInjectionOptions = {}) {
    super();
    checkCounts("NoiseInjection", { channels });
    this.#channels = channels;
    this.strength = this.parameter("strength", () => zeros(channels === undefined ? [] : [channels]));
  }

  /**
   * Same shape out as in: [B, H, W, C].
   *
   * @param noise [B or 1, H, W, 1]. Default: fresh N(0, 1) from `ctx`.
   * @throws ShapeError when x is no batch of pictures or has other channels.
   */
  forward(x: Tensor4D, ctx: ForwardContext, noise?: Tensor): Tensor4D {
    if (this.#channels === undefined) checkImages("NoiseInjection", x);
    else checkChannels("NoiseInjection", x, 4, this.#channels);
    const [batch, height, width] = x.shape;
    return add(x, mul(noise ?? ctx.normal([batch, height, width, 1]), readParameter(this.strength)));
  }
}
