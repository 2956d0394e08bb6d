import {
  Conv2d,
  Dense,
  downsampleBox,
  type EqualizedOptions,
  Module,
  minibatchStandardDeviation,
  type Random,
} from "@gan/core";
import { leakyRelu, reshape, type Scalar, type Tensor2D, type Tensor4D } from "@tensorflow/tfjs-core";
import { featuresOfLevel, levelOfSize, type ProganConfig } from "./config.js";
import { blend } from "./generator.js";

const slope = 0.2;
const equalized: EqualizedOptions = { gain: Math.SQRT2 };

/** Two convolutions (kernel 3) with leaky ReLU, then the mean of each 2×2: [B, H, W, inputs] → [B, H / 2, W / 2, outputs]. */
class Block extends Module {
  readonly #first: Conv2d;
  readonly #second: Conv2d;

  constructor(inputs: number, outputs: number, random: Random) {
    super();
    this.#first = this.child(
      "first",
      new Conv2d({ inputs, outputs: inputs, kernelSize: 3, equalized, random }),
    );
    this.#second = this.child("second", new Conv2d({ inputs, outputs, kernelSize: 3, equalized, random }));
  }

  forward(x: Tensor4D): Tensor4D {
    const y = leakyRelu(this.#first.forward(x), slope);
    return downsampleBox(leakyRelu(this.#second.forward(y), slope));
  }
}

/**
 * Picture of any level → score: the generator's mirror image. Each level has its own layer from colours;
 * at 4×4 one channel tells how much the pictures of a group differ. Karras et al. 2018, table 2.
 */
export class Discriminator extends Module {
  readonly #fromImages: Conv2d[] = [];
  readonly #blocks: Block[] = [];
  readonly #last: Conv2d;
  readonly #dense: Dense;
  readonly #judge: Dense;
  readonly #groupSize: number;

  constructor(config: ProganConfig, random: Random) {
    super();
    const features = (level: number) => featuresOfLevel(config, level);
    this.#groupSize = config.stabilisers.minibatchStandardDeviation;
    for (let level = 0; level <= levelOfSize(config.imageSize); level++) {
      const fromImage = {
        inputs: config.channels,
        outputs: features(level),
        kernelSize: 1,
        equalized,
        random,
      };
      this.#fromImages[level] = this.child(`fromImages.${level}`, new Conv2d(fromImage));
      if (level === 0) continue;
      const block = new Block(features(level), features(level - 1), random);
      this.#blocks[level] = this.child(`blocks.${level}`, block);
    }
    const last = {
      inputs: features(0) + (this.#groupSize > 0 ? 1 : 0),
      outputs: features(0),
      kernelSize: 3,
      equalized,
      random,
    };
    this.#last = this.child("last", new Conv2d(last));
    const dense = { inputs: 16 * features(0), outputs: features(-1), equalized, random };
    this.#dense = this.child("dense", new Dense(dense));
    const judge = { inputs: features(-1), outputs: 1, equalized: { gain: 1 }, random };
    this.#judge = this.child("judge", new Dense(judge));
  }

  /**
   * @param images [B, size, size, channels] of the level, B a multiple of the group's size or less than it.
   * @param fade Weight of this level against the one before, which sees the pictures at half the size;
   *   undefined: this level alone.
   * @returns [B, 1], not bounded.
   */
  forward(images: Tensor4D, level: number, fade?: Scalar): Tensor2D {
    let x = this.#fromImage(images, level);
    for (let next = level; next > 0; next--) {
      x = (this.#blocks[next] as Block).forward(x);
      if (next === level && fade !== undefined)
        x = blend(this.#fromImage(downsampleBox(images), level - 1), x, fade);
    }
    if (this.#groupSize > 0) x = minibatchStandardDeviation(x, this.#groupSize); // [B, 4, 4, features + 1]
    x = leakyRelu(this.#last.forward(x), slope);
    const flat: Tensor2D = reshape(x, [x.shape[0], -1]);
    return this.#judge.forward(leakyRelu(this.#dense.forward(flat), slope));
  }

  #fromImage(images: Tensor4D, level: number): Tensor4D {
    return leakyRelu((this.#fromImages[level] as Conv2d).forward(images), slope);
  }
}
