import { BatchNorm, ConvTranspose2d, Dense, type ForwardContext, Module, type Random } from "@gan/core";
import { relu, reshape, type Tensor2D, type Tensor4D, tanh } from "@tensorflow/tfjs-core";
import { countLevels, type ExampleConfig } from "./config.js";

/**
 * Latent vector → picture: a projection to 4×4, then transposed convolutions (kernel 4, stride 2) that double the size
 * and halve the features, batch norm and ReLU after all but the last, which ends in tanh.
 */
export class Generator extends Module {
  readonly #features: number;
  readonly #project: Dense;
  readonly #blocks: { norm: BatchNorm; conv: ConvTranspose2d }[] = [];

  /** @param random Draws the initial weights. */
  constructor(config: ExampleConfig, random: Random) {
    super();
    const { imageSize, channels, latentSize, generatorFeatures } = config;
    const levels = countLevels(imageSize);
    let features = generatorFeatures * 2 ** (levels - 1);
    this.#features = features;
    const project = new Dense({ inputs: latentSize, outputs: 16 * features, bias: false, random });
    this.#project = this.child("project", project);
    for (let level = 0; level < levels; level++, features /= 2) {
      const isLast = level === levels - 1;
      const outputs = isLast ? channels : features / 2;
      const norm = this.child(`blocks.${level}.norm`, new BatchNorm({ channels: features, random }));
      const options = { inputs: features, outputs, kernelSize: 4, stride: 2, bias: isLast, random };
      const conv = this.child(`blocks.${level}.conv`, new ConvTranspose2d(options));
      this.#blocks.push({ norm, conv });
    }
  }

  /** [B, latentSize] → [B, imageSize, imageSize, channels] in [-1, 1]. */
  forward(latents: Tensor2D, ctx: ForwardContext): Tensor4D {
    const projected = this.#project.forward(latents, ctx);
    let x: Tensor4D = reshape(projected, [-1, 4, 4, this.#features]);
    for (const { norm, conv } of this.#blocks) x = conv.forward(relu(norm.forward(x, ctx)), ctx);
    return tanh(x);
  }
}
