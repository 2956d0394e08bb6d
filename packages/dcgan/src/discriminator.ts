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
import { computeLevels, computeStartSize, type DcganConfig } from "./config.js";

const slope = 0.2;

/**
 * Picture → score of being real: convolutions (kernel 4, stride 2) that halve the size and double
 * the features down to 4×4, leaky ReLU (0.2), batch norm on all but the first, then one linear unit
 * over all that is left. No pooling, no bias in front of a norm. Radford et al. 2015, section 3. The
 * configuration's stabilisers choose another norm, spectral norm, dropout and minibatch features.
 */
export class Discriminator extends Module {
  readonly #dropoutRate: number;
  readonly #fromImage: Conv2d;
  readonly #blocks: { conv: Conv2d; norm: Norm }[] = [];
  readonly #head: DiscriminatorHead;

  constructor(config: DcganConfig, random: Random) {
    super();
    const { imageSize, channels, discriminatorFeatures, stabilisers } = config;
    const { discriminatorNorm, spectralNorm, discriminatorDropout } = stabilisers;
    this.#dropoutRate = discriminatorDropout;
    const levels = computeLevels(imageSize);
    const bias = discriminatorNorm === "none";
    let features = discriminatorFeatures;
    const downsample = { kernelSize: 4, stride: 2, bias, random, spectralNorm: spectralNorm !== "none" };
    const fromImage = new Conv2d({ ...downsample, inputs: channels, outputs: features });
    this.#fromImage = this.child("fromImage", fromImage);
    for (let index = 0; index < levels - 1; index++, features *= 2) {
      const next = features * 2;
      const conv = new Conv2d({ ...downsample, inputs: features, outputs: next });
      const norm = createNorm(discriminatorNorm, next, random);
      this.child(`blocks.${index}.conv`, conv);
      this.child(`blocks.${index}.norm`, norm);
      this.#blocks.push({ conv, norm });
    }
    const size = computeStartSize(imageSize);
    this.#head = this.child(
      "head",
      new DiscriminatorHead({ size, channels: features, bias, stabilisers, random }),
    );
  }

  /** [B, imageSize, imageSize, channels] in [-1, 1] → [B, 1] scores; logits in all games but two. */
  forward(images: Tensor4D, ctx: ForwardContext): Tensor2D {
    return this.#head.forward(this.features(images, ctx).at(-1) as Tensor4D, ctx);
  }

  /** Scores as {@link forward} gives them, and the last features, for feature matching. */
  judge(images: Tensor4D, ctx: ForwardContext): Judgement {
    const last = this.features(images, ctx).at(-1) as Tensor4D;
    return { scores: this.#head.forward(last, ctx), features: [last] };
  }

  /**
   * What each level sees, after its activation: [B, H, W, features] from half the picture's size down
   * to the smallest.
   */
  features(images: Tensor4D, ctx: ForwardContext): Tensor4D[] {
    const drop = (x: Tensor4D) => dropout(x, ctx, { rate: this.#dropoutRate });
    let x: Tensor4D = drop(leakyRelu(this.#fromImage.forward(images, ctx), slope));
    const levels = [x];
    for (const { conv, norm } of this.#blocks) {
      x = drop(leakyRelu(norm.forward(conv.forward(x, ctx), ctx), slope));
      levels.push(x);
    }
    return levels;
  }
}
