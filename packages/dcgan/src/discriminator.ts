import { BatchNorm, Conv2d, Dense, type ForwardContext, Module, type Random } from "@gan/core";
import { leakyRelu, reshape, type Tensor2D, type Tensor4D } from "@tensorflow/tfjs-core";
import { computeLevels, type DcganConfig } from "./config.js";

const endSize = 4;
const slope = 0.2;

/**
 * Picture → logit of being real: convolutions (kernel 4, stride 2) that halve the size and double
 * the features down to 4×4, leaky ReLU (0.2), batch norm on all but the first, then one linear unit
 * over the whole 4×4. No pooling, no bias in front of a batch norm. Radford et al. 2015, section 3.
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
    const inputs = endSize * endSize * features;
    this.#judge = this.child("judge", new Dense({ inputs, outputs: 1, bias: false, random }));
  }

  /** [B, imageSize, imageSize, channels] in [-1, 1] → [B, 1] logits. */
  forward(images: Tensor4D, ctx: ForwardContext): Tensor2D {
    let x = leakyRelu(this.#fromImage.forward(images), slope);
    for (const { conv, norm } of this.#blocks) x = leakyRelu(norm.forward(conv.forward(x), ctx), slope);
    return this.#judge.forward(reshape(x, [x.shape[0], -1])); // [B, 4 · 4 · features]
  }
}
