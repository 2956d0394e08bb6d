import { leakyRelu, type Tensor4D } from "@tensorflow/tfjs-core";
import { ShapeError } from "../errors/index.js";
import { checkCounts } from "./check-channels.js";
import { Conv2d } from "./conv2d.js";
import { createNorm, type Norm, type NormName } from "./create-norm.js";
import { dropout } from "./dropout.js";
import type { ForwardContext } from "./forward-context.js";
import { Module } from "./module.js";
import { type ConvolutionSize, computeReceptiveField } from "./receptive-field.js";
import type { WeightOptions } from "./weighted-layer.js";

/** Options of {@link PatchDiscriminator}. */
export interface PatchDiscriminatorOptions extends Pick<WeightOptions, "random" | "spectralNorm"> {
  /** Channels of a picture, or of a pair joined over its channels. */
  inputs: number;
  /** Channels of the first layer; each following one doubles them, up to eight times as many. Default 64. */
  features?: number | undefined;
  /**
   * Convolutions of stride 2: 3 give the 70×70 patches of both papers, 1 gives 16×16, and 0 makes every
   * kernel 1×1, so that each pixel is judged alone. Default 3.
   */
  layers?: number | undefined;
  /** Of all layers but the first and the last; instance norm has no γ and β. Default `batch`. */
  norm?: NormName | undefined;
  /** Share of the values behind each leaky ReLU that is dropped in training. Default 0. */
  dropoutRate?: number | undefined;
}

const slope = 0.2;

/** The convolutions, first to last. */
function planLayers(layers: number): ConvolutionSize[] {
  if (layers === 0) return Array.from({ length: 3 }, () => ({ kernelSize: 1, stride: 1 }));
  return Array.from({ length: layers + 2 }, (_, index) => ({
    kernelSize: 4,
    stride: index < layers ? 2 : 1,
  }));
}

/** Side of the smallest picture for which something is left at the end. */
function findSmallest(layers: number): number {
  return layers === 0 ? 1 : 3 * 2 ** layers;
}

/**
 * Judges every patch of a picture by itself: convolutions (kernel 4, padding 1), `layers` of stride 2 and
 * one of stride 1, leaky ReLU (0.2) after each, then one channel of scores. Weights N(0, 0.02²); no bias in
 * front of a batch norm. Isola et al. 2017, section 3.2.2 and appendix 6.1.2; Zhu et al. 2017, section 7.2.
 */
export class PatchDiscriminator extends Module {
  /** Side in pixels of the patch that one score sees: 70 with 3 layers. */
  readonly receptiveField: number;
  readonly #blocks: { conv: Conv2d; norm: Norm }[] = [];
  readonly #judge: Conv2d;
  readonly #smallest: number;
  readonly #dropoutRate: number;

  /** @throws ConfigError when a size is no whole number. */
  constructor(options: PatchDiscriminatorOptions) {
    super();
    const {
      inputs,
      features = 64,
      layers = 3,
      norm: name = "batch",
      dropoutRate = 0,
      random,
      spectralNorm,
    } = options;
    checkCounts("PatchDiscriminator", { inputs, features });
    checkCounts("PatchDiscriminator", { layers }, 0);
    const sizes = planLayers(layers);
    this.receptiveField = computeReceptiveField(sizes);
    this.#smallest = findSmallest(layers);
    this.#dropoutRate = dropoutRate;
    const shared = { padding: layers === 0 ? 0 : 1, random, spectralNorm };
    let channels = inputs;
    for (const [index, size] of sizes.slice(0, -1).entries()) {
      const outputs = features * 2 ** Math.min(index, 3);
      const kind = index === 0 ? "none" : name;
      const conv = new Conv2d({ ...shared, ...size, inputs: channels, outputs, bias: kind !== "batch" });
      this.child(`blocks.${index}.conv`, conv);
      const norm = createNorm(kind, outputs, random);
      this.#blocks.push({ conv, norm: this.child(`blocks.${index}.norm`, norm) });
      channels = outputs;
    }
    const last = { ...shared, ...(sizes.at(-1) as ConvolutionSize), inputs: channels, outputs: 1 };
    this.#judge = this.child("judge", new Conv2d(last));
  }

  /**
   * [B, H, W, inputs] in [-1, 1] → [B, H / 2^layers - 2, W / 2^layers - 2, 1], the raw score of each patch;
   * with 0 layers [B, H, W, 1].
   *
   * @throws ShapeError when a picture is smaller than 3 · 2^layers.
   */
  forward(images: Tensor4D, ctx: ForwardContext): Tensor4D {
    return this.judge(images, ctx).scores;
  }

  /** As {@link forward}, with the hidden features that led to the scores. */
  judge(images: Tensor4D, ctx: ForwardContext): { scores: Tensor4D; features: Tensor4D[] } {
    const features = this.features(images, ctx);
    return { scores: this.#judge.forward(features.at(-1) as Tensor4D, ctx), features };
  }

  /** What each block sees, after its activation: [B, height, width, features]. */
  features(images: Tensor4D, ctx: ForwardContext): Tensor4D[] {
    if (Math.min(...images.shape.slice(1, 3)) < this.#smallest) {
      throw new ShapeError(
        "core",
        `PatchDiscriminator needs pictures of at least ${this.#smallest} pixels for patches of ${this.receptiveField}, got [${images.shape.join(", ")}]. Take fewer layers.`,
      );
    }
    const seen: Tensor4D[] = [];
    let x = images;
    for (const { conv, norm } of this.#blocks) {
      x = leakyRelu(norm.forward(conv.forward(x, ctx), ctx), slope);
      x = dropout(x, ctx, { rate: this.#dropoutRate });
      seen.push(x);
    }
    return seen;
  }
}
