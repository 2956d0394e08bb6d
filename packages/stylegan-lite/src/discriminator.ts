import {
  type Condition,
  Conv2d,
  Dense,
  expandCondition,
  firBlur,
  firDownsample,
  Module,
  minibatchStandardDeviation,
  pixelNorm,
  type Random,
} from "@gan/core";
import { add, mul, reshape, sum, type Tensor2D, type Tensor4D } from "@tensorflow/tfjs-core";
import { countLevels, featuresOfLevel, type StyleganLiteConfig } from "./config.js";
import { activate } from "./mapping.js";

const equalized = {};

/** Two convolutions, the second after a blur and with half the size, beside a shortcut: [B, H, W, inputs] → [B, H / 2, W / 2, outputs]. */
class ResidualBlock extends Module {
  readonly #first: Conv2d;
  readonly #second: Conv2d;
  readonly #shortcut: Conv2d;

  constructor(inputs: number, outputs: number, random: Random) {
    super();
    this.#first = this.child(
      "first",
      new Conv2d({ inputs, outputs: inputs, kernelSize: 3, equalized, random }),
    );
    const second = {
      inputs,
      outputs,
      kernelSize: 3,
      stride: 2,
      padding: "valid",
      equalized,
      random,
    } as const;
    this.#second = this.child("second", new Conv2d(second));
    const shortcut = { inputs, outputs, kernelSize: 1, bias: false, equalized, random };
    this.#shortcut = this.child("shortcut", new Conv2d(shortcut));
  }

  forward(x: Tensor4D): Tensor4D {
    const y = activate(this.#first.forward(x));
    const halved = activate(this.#second.forward(firBlur(y, 2)));
    return mul(add(halved, this.#shortcut.forward(firDownsample(x))), Math.SQRT1_2);
  }
}

/**
 * Picture → score: residual blocks down to 4×4, one channel for how much the pictures of a group differ, a
 * convolution and two dense layers. Of a class it is told by projection. Karras et al. 2020, figure 7; Miyato
 * and Koyama 2018.
 */
export class Discriminator extends Module {
  readonly #config: StyleganLiteConfig;
  readonly #fromImage: Conv2d;
  readonly #blocks: ResidualBlock[] = [];
  readonly #last: Conv2d;
  readonly #dense: Dense;
  readonly #judge: Dense;
  readonly #embedding: Dense | undefined;

  constructor(config: StyleganLiteConfig, random: Random) {
    super();
    const { imageSize, channels, classCount, styleSize } = config;
    const features = (level: number) => featuresOfLevel(config, level);
    const top = countLevels(imageSize) - 1;
    this.#config = config;
    const fromImage = { inputs: channels, outputs: features(top), kernelSize: 1, equalized, random };
    this.#fromImage = this.child("fromImage", new Conv2d(fromImage));
    for (let level = top; level > 0; level--) {
      const block = new ResidualBlock(features(level), features(level - 1), random);
      this.#blocks.push(this.child(`blocks.${level}`, block));
    }
    const wide = features(0);
    const grouped = config.stabilisers.minibatchStandardDeviation > 0 ? 1 : 0;
    const last = { inputs: wide + grouped, outputs: wide, kernelSize: 3, equalized, random };
    this.#last = this.child("last", new Conv2d(last));
    this.#dense = this.child("dense", new Dense({ inputs: 16 * wide, outputs: wide, equalized, random }));
    const outputs = classCount > 0 ? styleSize : 1;
    this.#judge = this.child("judge", new Dense({ inputs: wide, outputs, equalized, random }));
    if (classCount > 0) {
      const embedding = { inputs: classCount, outputs, equalized, random };
      this.#embedding = this.child("embedding", new Dense(embedding));
    }
  }

  /**
   * [B, imageSize, imageSize, channels] → [B, 1], not bounded. B is a multiple of the group's size, or less.
   *
   * @param labels Where there are classes: int32 [B], or float32 [B, classCount].
   */
  forward(images: Tensor4D, labels?: Condition): Tensor2D {
    const { stabilisers, classCount, styleSize } = this.#config;
    let x = activate(this.#fromImage.forward(images));
    for (const block of this.#blocks) x = block.forward(x);
    const group = stabilisers.minibatchStandardDeviation;
    if (group > 0) x = minibatchStandardDeviation(x, group); // [B, 4, 4, features + 1]
    x = activate(this.#last.forward(x));
    const flat: Tensor2D = reshape(x, [x.shape[0], -1]);
    const score = this.#judge.forward(activate(this.#dense.forward(flat)));
    if (this.#embedding === undefined) return score;
    const condition = expandCondition("Discriminator", labels as Condition, classCount);
    const told = pixelNorm(this.#embedding.forward(condition)); // [B, styleSize]
    return mul(sum(mul(score, told), 1, true), 1 / Math.sqrt(styleSize)) as Tensor2D;
  }
}
