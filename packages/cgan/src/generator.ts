import {
  BatchNorm,
  type Condition,
  ConditionalBatchNorm,
  ConvTranspose2d,
  Dense,
  expandCondition,
  type ForwardContext,
  Module,
  type Random,
} from "@gan/core";
import { relu, reshape, type Tensor2D, type Tensor4D, tanh } from "@tensorflow/tfjs-core";
import { appendClasses } from "./append-classes.js";
import { ClassConvolution } from "./class-convolution.js";
import { type CganConfig, computeLevels, computeStartSize } from "./config.js";

/** A batch norm that may look at the class. */
type Norm = BatchNorm | ConditionalBatchNorm;

/** A convolution that may be told the class. */
type Upsampling = ConvTranspose2d | ClassConvolution;

/**
 * Latent vector and class → picture. A DCGAN's generator: a projection to 4×4, then transposed convolutions
 * (kernel 4, stride 2) that double the size and halve the features; batch norm and ReLU after all but the last,
 * which ends in tanh; no bias. Every layer is told the class: at its input, or by its batch norm.
 */
export class Generator extends Module {
  readonly #classes: number;
  readonly #appends: boolean;
  readonly #startFeatures: number;
  readonly #startSize: number;
  readonly #project: Dense;
  readonly #projectNorm: Norm;
  readonly #blocks: { conv: Upsampling; norm: Norm }[] = [];
  readonly #toImage: Upsampling;

  constructor(config: CganConfig, random: Random) {
    super();
    const { imageSize, channels, latentSize, generatorFeatures, generatorCondition, stabilisers } = config;
    const classes = config.classNames.length;
    const levels = computeLevels(imageSize);
    let features = generatorFeatures * 2 ** (levels - 1);
    this.#classes = classes;
    this.#appends = generatorCondition === "concatenate";
    this.#startFeatures = features;
    this.#startSize = computeStartSize(imageSize);
    const appended = this.#appends ? classes : 0;
    const shared = { bias: false, random, spectralNorm: stabilisers.spectralNorm === "both" };
    const createNorm = (size: number): Norm =>
      this.#appends
        ? new BatchNorm({ channels: size, random })
        : new ConditionalBatchNorm({ channels: size, conditionSize: classes, random });
    const createUpsampling = (inputs: number, outputs: number): Upsampling => {
      const options = { ...shared, inputs, outputs, kernelSize: 4, stride: 2 };
      return this.#appends
        ? ClassConvolution.convTranspose2d(options, classes)
        : new ConvTranspose2d(options);
    };
    const outputs = this.#startSize ** 2 * features;
    this.#project = this.child("project", new Dense({ ...shared, inputs: latentSize + appended, outputs }));
    this.#projectNorm = this.child("projectNorm", createNorm(features));
    for (let index = 0; index < levels - 1; index++, features /= 2) {
      const conv = this.child(`blocks.${index}.conv`, createUpsampling(features, features / 2));
      const norm = this.child(`blocks.${index}.norm`, createNorm(features / 2));
      this.#blocks.push({ conv, norm });
    }
    this.#toImage = this.child("toImage", createUpsampling(features, channels));
  }

  /**
   * [B, latentSize] → [B, imageSize, imageSize, channels] in [-1, 1].
   *
   * @param condition Class numbers, int32 [B], or a weight for each class, float32 [B, classes].
   * @throws ShapeError when the condition is of another shape or dtype.
   */
  forward(latents: Tensor2D, condition: Condition, ctx: ForwardContext): Tensor4D {
    const classes = expandCondition("the generator", condition, this.#classes); // [B, K]
    const upsample = (x: Tensor4D, conv: Upsampling) =>
      conv instanceof ClassConvolution ? conv.forward(x, classes, ctx) : conv.forward(x, ctx);
    const normalise = (x: Tensor4D, norm: Norm) =>
      relu(norm instanceof BatchNorm ? norm.forward(x, ctx) : norm.forward(x, classes, ctx));
    const projected = this.#project.forward(this.#appends ? appendClasses(latents, classes) : latents, ctx);
    let x: Tensor4D = reshape(projected, [-1, this.#startSize, this.#startSize, this.#startFeatures]);
    x = normalise(x, this.#projectNorm); // [B, 4, 4, features · 2^(levels - 1)]
    for (const { conv, norm } of this.#blocks) x = normalise(upsample(x, conv), norm);
    return tanh(upsample(x, this.#toImage));
  }
}
