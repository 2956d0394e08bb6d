import {
  Conv2d,
  Dense,
  type EqualizedOptions,
  Module,
  pixelNorm,
  type Random,
  readParameter,
  upsampleNearest,
} from "@gan/core";
import {
  add,
  leakyRelu,
  mul,
  reshape,
  type Scalar,
  sub,
  type Tensor2D,
  type Tensor4D,
  type Variable,
  zeros,
} from "@tensorflow/tfjs-core";
import { featuresOfLevel, levelOfSize, type ProganConfig } from "./config.js";

const slope = 0.2;
/** He's gain for a leaky ReLU's layer, as the paper takes it. */
const gain = Math.SQRT2;

/** Two convolutions (kernel 3), each followed by leaky ReLU and pixel norm: [B, H, W, inputs] → [B, H, W, outputs]. */
class Block extends Module {
  readonly #first: Conv2d;
  readonly #second: Conv2d;

  constructor(inputs: number, outputs: number, random: Random) {
    super();
    const equalized: EqualizedOptions = { gain };
    this.#first = this.child("first", new Conv2d({ inputs, outputs, kernelSize: 3, equalized, random }));
    this.#second = this.child(
      "second",
      new Conv2d({ inputs: outputs, outputs, kernelSize: 3, equalized, random }),
    );
  }

  forward(x: Tensor4D): Tensor4D {
    const y = pixelNorm(leakyRelu(this.#first.forward(x), slope));
    return pixelNorm(leakyRelu(this.#second.forward(y), slope));
  }
}

/**
 * Latent vector → picture of any level's size: normalised latents, a projection to 4×4 and a convolution,
 * then for each level nearest neighbours and two convolutions; weights N(0, 1) are scaled when used
 * (equalised), pixel norm follows each activation, and each level has its own linear layer to colours.
 * Karras et al. 2018, table 2.
 */
export class Generator extends Module {
  readonly #project: Dense;
  readonly #projectBias: Variable;
  readonly #first: Conv2d;
  readonly #blocks: Block[] = [];
  readonly #toImages: Conv2d[] = [];
  readonly #startFeatures: number;

  constructor(config: ProganConfig, random: Random) {
    super();
    const features = (level: number) => featuresOfLevel(config, level);
    this.#startFeatures = features(0);
    const project = {
      inputs: config.latentSize,
      outputs: 16 * features(0),
      equalized: { gain: gain / 4 },
      random,
    };
    this.#project = this.child("project", new Dense({ ...project, bias: false }));
    // One bias per feature, the same at each of the 4×4 places.
    this.#projectBias = this.parameter("projectBias", () => zeros([features(0)]));
    this.#first = this.child(
      "first",
      new Conv2d({ inputs: features(0), outputs: features(0), kernelSize: 3, equalized: { gain }, random }),
    );
    for (let level = 0; level <= levelOfSize(config.imageSize); level++) {
      if (level > 0) {
        const block = new Block(features(level - 1), features(level), random);
        this.#blocks[level] = this.child(`blocks.${level}`, block);
      }
      const toImage = { inputs: features(level), outputs: config.channels, kernelSize: 1, random };
      this.#toImages[level] = this.child(
        `toImages.${level}`,
        new Conv2d({ ...toImage, equalized: { gain: 1 } }),
      );
    }
  }

  /**
   * @param latents [B, latentSize] N(0, 1).
   * @param level Level of the pictures.
   * @param fade Weight of this level against the one before, enlarged, in [0, 1]; undefined: this level alone.
   * @returns [B, size, size, channels], about [-1, 1], not bounded.
   */
  forward(latents: Tensor2D, level: number, fade?: Scalar): Tensor4D {
    const projected = this.#project.forward(pixelNorm(latents));
    let x: Tensor4D = reshape(projected, [-1, 4, 4, this.#startFeatures]);
    x = pixelNorm(leakyRelu(add<Tensor4D>(x, readParameter(this.#projectBias)), slope));
    x = pixelNorm(leakyRelu(this.#first.forward(x), slope)); // [B, 4, 4, features]
    let before: Tensor4D = x;
    for (let next = 1; next <= level; next++) {
      before = x;
      x = (this.#blocks[next] as Block).forward(upsampleNearest(x));
    }
    const images = (this.#toImages[level] as Conv2d).forward(x);
    if (fade === undefined || level === 0) return images;
    const small = upsampleNearest((this.#toImages[level - 1] as Conv2d).forward(before));
    return blend(small, images, fade);
  }
}

/** `before + (after - before)·fade` */
export function blend(before: Tensor4D, after: Tensor4D, fade: Scalar): Tensor4D {
  return add(before, mul(sub(after, before), fade));
}
