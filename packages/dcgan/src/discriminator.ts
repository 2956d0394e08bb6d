import { BatchNorm, Conv2d, Dense, type ForwardContext, Module, type Random } from "@gan/core";
import { leakyRelu, reshape, type Tensor2D, type Tensor4D } from "@tensorflow/tfjs-core";
import { computeLevels, computeStartSize, type DcganConfig } from "./config.js";

const slope = 0.2;

/**
 * Picture → logit of being real: convolutions (kernel 4, stride 2) that halve the size and double
 * the features down to 4×4, leaky ReLU (0.2), batch norm on all but the first, then one linear unit
 * over all that is left. No pooling, no bias in front of a batch norm. Radford et al. 2015, section 3.
 */
export class Discriminator extends Module {
  readonly #fromImage: Conv2d;
  readonly #blocks: { conv: Conv2d; norm: BatchNorm }[] = [];
  readonly #judge: Dense;

  constructor(config: DcganConfig, random: Random) {
    super();
    const { imageSize, channels, discriminatorFeatures } = config;
    const levels = computeLevels(imageSize);
    let features = discriminatorFeatures;
    const downsample = { kernelSize: 4, stride: 2, bias: false, random };
    const fromImage = new Conv2d({ ...downsample, inputs: channels, outputs: features });
    this.#fromImage = this.child("fromImage", fromImage);
    for (let index = 0; index < levels - 1; index++, features *= 2) {
      const next = features * 2;
      const conv = new Conv2d({ ...downsample, inputs: features, outputs: next });
      const norm = new BatchNorm({ channels: next, random });
      this.child(`blocks.${index}.conv`, conv);
      this.child(`blocks.${index}.norm`, norm);
      this.#blocks.push({ conv, norm });
    }
    const inputs = computeStartSize(imageSize) ** 2 * features;
    this.#judge = this.child("judge", new Dense({ inputs, outputs: 1, bias: false, random }));
  }

  /** [B, imageSize, imageSize, channels] in [-1, 1] → [B, 1] logits. */
  forward(images: Tensor4D, ctx: ForwardContext): Tensor2D {
    const features = this.features(images, ctx).at(-1) as Tensor4D;
    return this.#judge.forward(reshape(features, [features.shape[0], -1])); // [B, size · size · features]
  }

  /**
   * What each level sees, after its activation: [B, H, W, features] from half the picture's size down
   * to the smallest.
   */
  features(images: Tensor4D, ctx: ForwardContext): Tensor4D[] {
    let x: Tensor4D = leakyRelu(this.#fromImage.forward(images), slope);
    const levels = [x];
    for (const { conv, norm } of this.#blocks) {
      x = leakyRelu(norm.forward(conv.forward(x), ctx), slope);
      levels.push(x);
    }
    return levels;
  }
}
