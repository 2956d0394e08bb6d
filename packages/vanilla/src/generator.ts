import { BatchNorm, Dense, type ForwardContext, Module, type Random } from "@gan/core";
import { relu, reshape, type Tensor2D, type Tensor4D, tanh } from "@tensorflow/tfjs-core";
import type { VanillaConfig } from "./config.js";
import { chooseInitialWeights } from "./initial-weights.js";

/**
 * Latent vector → picture through dense layers alone, batch norm between them if asked for: ReLU after the hidden ones, tanh at the end, which is the paper's
 * sigmoid for pictures in [-1, 1], since 2σ(x) - 1 = tanh(x / 2). Goodfellow et al. 2014, section 5.
 */
export class Generator extends Module {
  readonly #shape: [number, number, number];
  readonly #hidden: { dense: Dense; norm: BatchNorm | undefined }[] = [];
  readonly #toImage: Dense;

  /** @param random Draws the initial weights. */
  constructor(config: VanillaConfig, random: Random) {
    super();
    const { imageSize, channels, latentSize, generatorUnits, generatorRange, generatorNorm, stabilisers } =
      config;
    this.#shape = [imageSize, imageSize, channels];
    const initializer = chooseInitialWeights(generatorRange);
    const weights = { initializer, random, spectralNorm: stabilisers.spectralNorm === "both" };
    let inputs = latentSize;
    for (const [index, outputs] of generatorUnits.entries()) {
      const isNormed = generatorNorm === "batch";
      const dense = new Dense({ ...weights, inputs, outputs, bias: !isNormed });
      const norm = isNormed ? new BatchNorm({ channels: outputs, random }) : undefined;
      this.child(`hidden.${index}`, dense);
      if (norm !== undefined) this.child(`norms.${index}`, norm);
      this.#hidden.push({ dense, norm });
      inputs = outputs;
    }
    const outputs = imageSize ** 2 * channels;
    this.#toImage = this.child("toImage", new Dense({ ...weights, inputs, outputs }));
  }

  /** [B, latentSize] → [B, imageSize, imageSize, channels] in [-1, 1]. */
  forward(latents: Tensor2D, ctx: ForwardContext): Tensor4D {
    let x = latents;
    for (const { dense, norm } of this.#hidden) {
      const y = dense.forward(x, ctx); // [B, units]
      x = relu(norm === undefined ? y : norm.forward(y, ctx));
    }
    const flat = tanh(this.#toImage.forward(x, ctx)); // [B, imageSize² · channels]
    return reshape(flat, [-1, ...this.#shape]);
  }
}
