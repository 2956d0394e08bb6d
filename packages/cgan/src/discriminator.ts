import {
  type Condition,
  Conv2d,
  createNorm,
  DiscriminatorHead,
  dropout,
  Embedding,
  expandCondition,
  type ForwardContext,
  type Judgement,
  Module,
  normalInitializer,
  type Random,
} from "@gan/core";
import { add, leakyRelu, mul, sum, type Tensor2D, type Tensor4D } from "@tensorflow/tfjs-core";
import { appendClasses } from "./append-classes.js";
import { ClassConvolution } from "./class-convolution.js";
import { type CganConfig, computeLevels, computeStartSize } from "./config.js";

const slope = 0.2;

type Norm = ReturnType<typeof createNorm>;

/** A convolution that may be told the class. */
type Downsampling = Conv2d | ClassConvolution;

/**
 * Picture and class → logit of being a real picture of that class. A DCGAN's discriminator: convolutions
 * (kernel 4, stride 2) that halve the size and double the features down to 4×4, leaky ReLU (0.2), a norm on all
 * but the first, then one linear unit. Told the class by one-hot maps at the input of every layer, or by
 * projection: `D(x, y) = ψ(φ(x)) + ⟨V y, Σ φ(x)⟩`, the sum over positions (Miyato and Koyama 2018, eq. 6).
 */
export class Discriminator extends Module {
  readonly #classes: number;
  readonly #dropoutRate: number;
  readonly #fromImage: Downsampling;
  readonly #blocks: { conv: Downsampling; norm: Norm }[] = [];
  readonly #head: DiscriminatorHead;
  readonly #embedding: Embedding | undefined;

  constructor(config: CganConfig, random: Random) {
    super();
    const { imageSize, channels, discriminatorFeatures, discriminatorCondition, stabilisers } = config;
    const { discriminatorNorm, discriminatorDropout } = stabilisers;
    const classes = config.classNames.length;
    const levels = computeLevels(imageSize);
    const appended = discriminatorCondition === "concatenate" ? classes : 0;
    const spectralNorm = stabilisers.spectralNorm !== "none";
    let features = discriminatorFeatures;
    this.#classes = classes;
    this.#dropoutRate = discriminatorDropout;
    const createDownsampling = (inputs: number, outputs: number, bias: boolean): Downsampling => {
      const options = { inputs, outputs, kernelSize: 4, stride: 2, bias, random, spectralNorm };
      return appended > 0 ? ClassConvolution.conv2d(options, classes) : new Conv2d(options);
    };
    // A norm that subtracts each channel's mean takes a bias with it.
    const hasBias = discriminatorNorm === "none" || discriminatorNorm === "layer";
    this.#fromImage = this.child("fromImage", createDownsampling(channels, features, hasBias));
    for (let index = 0; index < levels - 1; index++, features *= 2) {
      const conv = this.child(`blocks.${index}.conv`, createDownsampling(features, features * 2, hasBias));
      const norm = this.child(`blocks.${index}.norm`, createNorm(discriminatorNorm, features * 2, random));
      this.#blocks.push({ conv, norm });
    }
    const head = { size: computeStartSize(imageSize), channels: features + appended, bias: hasBias };
    this.#head = this.child("head", new DiscriminatorHead({ ...head, stabilisers, random }));
    if (appended === 0) {
      const initializer = normalInitializer(0.02);
      const embedding = new Embedding({ classes, features, random, initializer, spectralNorm });
      this.#embedding = this.child("embedding", embedding);
    }
  }

  /** [B, imageSize, imageSize, channels] in [-1, 1] and classes as for the generator → [B, 1] logits. */
  forward(images: Tensor4D, condition: Condition, ctx: ForwardContext): Tensor2D {
    return this.judge(images, condition, ctx).scores as Tensor2D;
  }

  /** Logits, and what each level sees after its activation: [B, H, W, features] from half the size down. */
  judge(images: Tensor4D, condition: Condition, ctx: ForwardContext): Required<Judgement> {
    const classes = expandCondition("the discriminator", condition, this.#classes); // [B, K]
    const downsample = (x: Tensor4D, conv: Downsampling) =>
      conv instanceof ClassConvolution ? conv.forward(x, classes, ctx) : conv.forward(x, ctx);
    const activate = (x: Tensor4D) => dropout(leakyRelu(x, slope), ctx, { rate: this.#dropoutRate });
    let x: Tensor4D = activate(downsample(images, this.#fromImage));
    const features = [x];
    for (const { conv, norm } of this.#blocks) {
      x = activate(norm.forward(downsample(x, conv), ctx));
      features.push(x);
    }
    const scores = this.#head.forward(this.#embedding ? x : appendClasses(x, classes), ctx);
    if (this.#embedding === undefined) return { scores, features };
    const summed = sum(x, [1, 2]); // [B, features]
    const projection = sum(mul(this.#embedding.forward(classes, ctx), summed), 1, true);
    return { scores: add(scores, projection), features };
  }
}
