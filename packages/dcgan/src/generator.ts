import { BatchNorm, Dense, type ForwardContext, Module, type Random } from "@gan/core";
import { relu, reshape, type Tensor2D, type Tensor4D, tanh } from "@tensorflow/tfjs-core";
import { computeLevels, computeStartSize, type DcganConfig } from "./config.js";
import { createUpsampling, type Upsampling } from "./upsampling.js";

/**
 * Latent vector → picture: a projection to 4×4, then upsampling convolutions (by default transposed,
 * kernel 4, stride 2) that double the size and halve the features; batch norm and ReLU after all but the last, which
 * ends in tanh. No bias in front of a batch norm. Radford et al. 2015, section 3 and figure 1.
 */
export class Generator extends Module {
  readonly #startFeatures: number;
  readonly #startSize: number;
  readonly #project: Dense;
  readonly #projectNorm: BatchNorm;
  readonly #blocks: { conv: Upsampling; norm: BatchNorm }[] = [];
  readonly #toImage: Upsampling;

  constructor(config: DcganConfig, random: Random) {
    super();
    const { imageSize, channels, latentSize, generatorFeatures, upsampling, stabilisers } = config;
    const weights = { bias: false, random, spectralNorm: stabilisers.spectralNorm === "both" };
    const levels = computeLevels(imageSize);
    let features = generatorFeatures * 2 ** (levels - 1);
    this.#startFeatures = features;
    this.#startSize = computeStartSize(imageSize);
    const outputs = this.#startSize ** 2 * features;
    this.#project = this.child("project", new Dense({ ...weights, inputs: latentSize, outputs }));
    this.#projectNorm = this.child("projectNorm", new BatchNorm({ channels: features, random }));
    for (let index = 0; index < levels - 1; index++, features /= 2) {
      const next = features / 2;
      const conv = createUpsampling(upsampling, { ...weights, inputs: features, outputs: next });
      const norm = new BatchNorm({ channels: next, random });
      this.child(`blocks.${index}.conv`, conv);
      this.child(`blocks.${index}.norm`, norm);
      this.#blocks.push({ conv, norm });
    }
    const toImage = createUpsampling(upsampling, { ...weights, inputs: features, outputs: channels });
    this.#toImage = this.child("toImage", toImage);
  }

  /** [B, latentSize] → [B, imageSize, imageSize, channels] in [-1, 1]. */
  forward(latents: Tensor2D, ctx: ForwardContext): Tensor4D {
    const projected = this.#project.forward(latents, ctx);
    let x: Tensor4D = reshape(projected, [-1, this.#startSize, this.#startSize, this.#startFeatures]);
    x = relu(this.#projectNorm.forward(x, ctx)); // [B, 4, 4, features · 2^(levels - 1)]
    for (const { conv, norm } of this.#blocks) x = relu(norm.forward(conv.forward(x, ctx), ctx));
    return tanh(this.#toImage.forward(x, ctx));
  }
}
