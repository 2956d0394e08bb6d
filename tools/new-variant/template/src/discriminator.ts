import {
  Conv2d,
  createNorm,
  DiscriminatorHead,
  dropout,
  type ForwardContext,
  type Judgement,
  Module,
  type Norm,
  type Random,
} from "@gan/core";
import { leakyRelu, type Tensor2D, type Tensor4D } from "@tensorflow/tfjs-core";
import { countLevels, type ExampleConfig } from "./config.js";

/**
 * Picture → score of being real: convolutions (kernel 4, stride 2) that halve the size and double the features down to
 * 4×4, leaky ReLU (0.2), a norm on all but the first, then one linear unit.
 */
export class Discriminator extends Module {
  readonly #dropoutRate: number;
  readonly #blocks: { conv: Conv2d; norm: Norm | undefined }[] = [];
  readonly #head: DiscriminatorHead;

  /** @param random Draws the initial weights. */
  constructor(config: ExampleConfig, random: Random) {
    super();
    const { imageSize, channels, discriminatorFeatures, stabilisers } = config;
    const { discriminatorNorm, discriminatorDropout } = stabilisers;
    const spectralNorm = stabilisers.spectralNorm !== "none";
    this.#dropoutRate = discriminatorDropout;
    let [inputs, outputs] = [channels as number, discriminatorFeatures];
    for (let level = 0; level < countLevels(imageSize); level++) {
      const isFirst = level === 0;
      const bias = isFirst || discriminatorNorm === "none";
      const options = { inputs, outputs, kernelSize: 4, stride: 2, bias, spectralNorm, random };
      const conv = this.child(`blocks.${level}.conv`, new Conv2d(options));
      const norm = isFirst ? undefined : createNorm(discriminatorNorm, outputs, random);
      if (norm !== undefined) this.child(`blocks.${level}.norm`, norm);
      this.#blocks.push({ conv, norm });
      inputs = outputs;
      outputs *= 2;
    }
    const head = new DiscriminatorHead({ size: 4, channels: inputs, stabilisers, random });
    this.#head = this.child("head", head);
  }

  /** [B, imageSize, imageSize, channels] in [-1, 1] → [B, 1] scores. */
  forward(images: Tensor4D, ctx: ForwardContext): Tensor2D {
    return this.judge(images, ctx).scores;
  }

  /** Scores as {@link forward} gives them, and the last features, for feature matching. */
  judge(images: Tensor4D, ctx: ForwardContext): Judgement & { scores: Tensor2D } {
    let x = images;
    for (const { conv, norm } of this.#blocks) {
      const convolved = conv.forward(x, ctx);
      const y = leakyRelu(norm === undefined ? convolved : norm.forward(convolved, ctx), 0.2);
      x = dropout(y, ctx, { rate: this.#dropoutRate });
    }
    return { scores: this.#head.forward(x, ctx), features: [x] };
  }
}
