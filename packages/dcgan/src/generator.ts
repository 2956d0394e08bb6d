import { BatchNorm, ConvTranspose2d, Dense, type ForwardContext, Module, type Random } from "@gan/core";
import { relu, reshape, type Tensor2D, type Tensor4D, tanh } from "@tensorflow/tfjs-core";
import { computeLevels, type DcganConfig } from "./config.js";

const startSize = 4;

/**
 * Latent vector → picture: a projection to 4×4, then transposed convolutions (kernel 4, stride 2)
 * that double the size and halve the features; batch norm and ReLU after all but the last, which
 * ends in tanh. No bias in front of a batch norm. Radford et al. 2015, section 3 and figure 1.
 */
export class Generator extends Module {
  readonly #startFeatures: number;
  readonly #project: Dense;
  readonly #projectNorm: BatchNorm;
  readonly #blocks: { conv: ConvTranspose2d; norm: BatchNorm }[] = [];
  readonly #toImage: ConvTranspose2d;

  constructor(config: DcganConfig, random: Random) {
    super();
    const { imageSize, channels, latentSize, generatorFeatures } = config;
    const levels = computeLevels(imageSize);
    let features = generatorFeatures * 2 ** (levels - 1);
    this.#startFeatures = features;
    const outputs = startSize * startSize * features;
    this.#project = this.child("project", new Dense({ inputs: latentSize, outputs, bias: false, random }));
    this.#projectNorm = this.child("projectNorm", new BatchNorm({ channels: features, random }));
    const upsample = { kernelSize: 4, stride: 2, bias: false, random };
    for (let index = 0; index < levels - 1; index++, features /= 2) {
      const next = features / 2;
      const conv = new ConvTranspose2d({ ...upsample, inputs: features, outputs: next });
      const norm = new BatchNorm({ channels: next, random });
      this.child(`blocks.${index}.conv`, conv);
      this.child(`blocks.${index}.norm`, norm);
      this.#blocks.push({ conv, norm });
    }
    const toImage = new ConvTranspose2d({ ...upsample, inputs: features, outputs: channels });
    this.#toImage = this.child("toImage", toImage);
  }

  /** [B, latentSize] → [B, imageSize, imageSize, channels] in [-1, 1]. */
  forward(latents: Tensor2D, ctx: ForwardContext): Tensor4D {
    const projected = this.#project.forward(latents);
    let x: Tensor4D = reshape(projected, [-1, startSize, startSize, this.#startFeatures]);
    x = relu(this.#projectNorm.forward(x, ctx)); // [B, 4, 4, features · 2^(levels - 1)]
    for (const { conv, norm } of this.#blocks) x = relu(norm.forward(conv.forward(x), ctx));
    return tanh(this.#toImage.forward(x));
  }
}
