import {
  BatchNorm,
  Conv2d,
  ConvTranspose2d,
  dropout,
  type ForwardContext,
  Module,
  type Random,
  ShapeError,
} from "@gan/core";
import { concat, leakyRelu, relu, type Tensor4D, tanh } from "@tensorflow/tfjs-core";
import { computeLevels, type Pix2PixConfig } from "./config.js";

const slope = 0.2;
/** Blocks of the decoder, from the inside, that drop values. */
const dropoutBlocks = 3;

/** What the U-Net needs of a configuration. */
export type UNetConfig = Pick<
  Pix2PixConfig,
  "imageSize" | "inputChannels" | "outputChannels" | "generatorFeatures" | "dropoutRate"
> & {
  /** Default: no. */
  spectralNorm?: boolean;
};

/**
 * Picture → picture: convolutions (kernel 4, stride 2) halve the size down to one pixel and widen
 * 1, 2, 4, 8, 8, … times; transposed ones double it again, each seeing also the level of its own size on the
 * way down. Leaky ReLU (0.2) going down, ReLU going up; batch norm on all but the first, the innermost and
 * the last layer; dropout in the three innermost blocks of the decoder; tanh. Weights N(0, 0.02²), γ
 * N(1, 0.02²), a bias only in the last layer. Isola et al. 2017, section 3.2.1 and appendix 6.1.1.
 */
export class UNet extends Module {
  /** Sides of pictures must be multiples of this: the side that it was made for. */
  readonly sizeMultiple: number;
  readonly #dropoutRate: number;
  readonly #down: { conv: Conv2d; norm: BatchNorm | undefined }[] = [];
  readonly #up: { conv: ConvTranspose2d; norm: BatchNorm }[] = [];
  readonly #toImage: ConvTranspose2d;

  constructor(config: UNetConfig, random: Random) {
    super();
    const { imageSize, inputChannels, outputChannels, generatorFeatures, spectralNorm } = config;
    this.sizeMultiple = imageSize;
    this.#dropoutRate = config.dropoutRate;
    const levels = computeLevels(imageSize);
    const widthOf = (level: number) => generatorFeatures * 2 ** Math.min(level, 3);
    const halve = { kernelSize: 4, stride: 2, bias: false, random, spectralNorm };
    for (let level = 0; level < levels; level++) {
      const outputs = widthOf(level);
      const conv = new Conv2d({
        ...halve,
        inputs: level === 0 ? inputChannels : widthOf(level - 1),
        outputs,
      });
      this.child(`down.${level}.conv`, conv);
      const isNormalised = level > 0 && level < levels - 1;
      const norm = isNormalised ? new BatchNorm({ channels: outputs, random }) : undefined;
      if (norm !== undefined) this.child(`down.${level}.norm`, norm);
      this.#down.push({ conv, norm });
    }
    for (let block = 0; block < levels - 1; block++) {
      const level = levels - 1 - block;
      const inputs = widthOf(level) * (block === 0 ? 1 : 2); // the skip doubles them
      const outputs = widthOf(level - 1);
      const conv = new ConvTranspose2d({ ...halve, inputs, outputs });
      const norm = new BatchNorm({ channels: outputs, random });
      this.child(`up.${block}.conv`, conv);
      this.child(`up.${block}.norm`, norm);
      this.#up.push({ conv, norm });
    }
    const last = { ...halve, bias: true, inputs: 2 * widthOf(0), outputs: outputChannels };
    this.#toImage = this.child("toImage", new ConvTranspose2d(last));
  }

  /**
   * [B, H, W, inputChannels] → [B, H, W, outputChannels], both in [-1, 1].
   *
   * @param ctx Gives the dropout's noise as `dropout.0` to `dropout.2`.
   * @param drops Whether to drop values. Default: in training.
   * @throws ShapeError when H or W is no multiple of {@link sizeMultiple}.
   */
  forward(images: Tensor4D, ctx: ForwardContext, drops = ctx.training): Tensor4D {
    const [, height, width] = images.shape;
    if (height % this.sizeMultiple !== 0 || width % this.sizeMultiple !== 0) {
      const fit = (size: number) => Math.ceil(size / this.sizeMultiple) * this.sizeMultiple;
      throw new ShapeError(
        "pix2pix",
        `the U-Net needs sides that are multiples of ${this.sizeMultiple}, got ${height}×${width}. Pad to ${fit(height)}×${fit(width)}.`,
      );
    }
    const levels: Tensor4D[] = []; // [B, H/2, W/2, f], [B, H/4, W/4, 2f], … before their activation
    let x = images;
    for (const [level, { conv, norm }] of this.#down.entries()) {
      x = conv.forward(level === 0 ? x : leakyRelu(x, slope), ctx);
      if (norm !== undefined) x = norm.forward(x, ctx);
      levels.push(x);
    }
    levels.pop();
    for (const [block, { conv, norm }] of this.#up.entries()) {
      x = norm.forward(conv.forward(relu(x), ctx), ctx);
      if (drops && block < dropoutBlocks) {
        x = dropout(x, ctx, { rate: this.#dropoutRate, always: true, name: `dropout.${block}` });
      }
      x = concat([levels.pop() as Tensor4D, x], 3);
    }
    return tanh(this.#toImage.forward(relu(x), ctx));
  }
}
