import {
  Conv2d,
  ConvTranspose2d,
  constantInitializer,
  type ForwardContext,
  InstanceNorm,
  Module,
  type Random,
  ShapeError,
  upsampleNearest,
} from "@gan/core";
import { add, clipByValue, relu, type Tensor4D, tanh } from "@tensorflow/tfjs-core";
import { type CycleGanConfig, chooseResidualBlocks } from "./config.js";

/** Convolutions that halve the size, and transposed ones that double it again. */
const halvings = 2;

/** Sides of pictures must be multiples of this. */
export const sizeMultiple = 2 ** halvings;

/** What a generator needs of a configuration. */
export type GeneratorConfig = Pick<
  CycleGanConfig,
  "imageSize" | "channels" | "generatorFeatures" | "residualBlocks"
> & {
  /** Default: no. */
  spectralNorm?: boolean;
  /** Default: the picture. */
  generatorOutput?: CycleGanConfig["generatorOutput"];
  /** Default: transposed convolutions. */
  upsampling?: CycleGanConfig["upsampling"];
};

type Normalised = { conv: Conv2d | ConvTranspose2d; norm: InstanceNorm };

const double = { kernelSize: 3, stride: 2, padding: 1, outputPadding: 1 };

/**
 * Picture → picture: a 7×7 convolution, two of stride 2 that halve the size and double the features,
 * residual blocks of two 3×3 convolutions, two transposed ones of stride 2, and a 7×7 convolution into tanh.
 * Reflection padding at stride 1; instance norm without γ and β and ReLU after each but the last, none after
 * a block's sum; convolutions keep their bias. Weights N(0, 0.02²). Johnson et al. 2016; Zhu et al. 2017,
 * section 7.2.
 *
 * With `upsampling: "nearest"` neighbours and a 3×3 convolution stand for each transposed one.
 *
 * With `generatorOutput: "change"` the last convolution begins at 0 and is added to the picture instead. In training the
 * sum stays as it is, since a pixel that is cut has no gradient that leads it back; outside it is cut to [-1, 1].
 */
export class Generator extends Module {
  readonly #fromImage: Normalised;
  readonly #down: Normalised[] = [];
  readonly #blocks: [Normalised, Normalised][] = [];
  readonly #up: Normalised[] = [];
  readonly #toImage: Conv2d;
  readonly #givesChange: boolean;
  readonly #isNearest: boolean;

  constructor(config: GeneratorConfig, random: Random) {
    super();
    const { channels, generatorFeatures, spectralNorm, generatorOutput = "picture", upsampling } = config;
    this.#isNearest = upsampling === "nearest";
    const shared = { random, spectralNorm };
    const normalise = (name: string, conv: Conv2d | ConvTranspose2d, outputs: number): Normalised => ({
      conv: this.child(name, conv),
      norm: new InstanceNorm({ channels: outputs }),
    });
    const wide = { kernelSize: 7, padding: "reflect", ...shared } as const;
    const first = new Conv2d({ ...wide, inputs: channels, outputs: generatorFeatures });
    this.#fromImage = normalise("fromImage", first, generatorFeatures);
    let features = generatorFeatures;
    for (let level = 0; level < halvings; level++, features *= 2) {
      const outputs = 2 * features;
      const conv = new Conv2d({ kernelSize: 3, stride: 2, padding: 1, inputs: features, outputs, ...shared });
      this.#down.push(normalise(`down.${level}`, conv, outputs));
    }
    for (let block = 0; block < chooseResidualBlocks(config); block++) {
      const sizes = {
        kernelSize: 3,
        padding: "reflect",
        inputs: features,
        outputs: features,
        random,
      } as const;
      this.#blocks.push([
        normalise(`blocks.${block}.first`, new Conv2d(sizes), features),
        normalise(`blocks.${block}.second`, new Conv2d(sizes), features),
      ]);
    }
    for (let level = 0; level < halvings; level++, features /= 2) {
      const outputs = features / 2;
      const sizes = { inputs: features, outputs, ...shared };
      const conv = this.#isNearest
        ? new Conv2d({ kernelSize: 3, ...sizes })
        : new ConvTranspose2d({ ...double, ...sizes });
      this.#up.push(normalise(`up.${level}`, conv, outputs));
    }
    this.#givesChange = generatorOutput === "change";
    const initializer = this.#givesChange ? constantInitializer(0) : undefined;
    const last = new Conv2d({ ...wide, inputs: generatorFeatures, outputs: channels, initializer });
    this.#toImage = this.child("toImage", last);
  }

  /**
   * [B, H, W, channels] in [-1, 1] → the same shape and range; changes in training may go beyond it.
   *
   * @throws ShapeError when H or W is no multiple of 4, or below 8.
   */
  forward(images: Tensor4D, ctx: ForwardContext): Tensor4D {
    const [, height, width] = images.shape;
    if (height % sizeMultiple !== 0 || width % sizeMultiple !== 0) {
      const fit = (side: number) => Math.ceil(side / sizeMultiple) * sizeMultiple;
      throw new ShapeError(
        "cyclegan",
        `the generator needs sides that are multiples of ${sizeMultiple}, got ${height}×${width}. Pad to ${fit(height)}×${fit(width)}.`,
      );
    }
    const apply = (x: Tensor4D, { conv, norm }: Normalised) => norm.forward(conv.forward(x, ctx));
    let x = relu(apply(images, this.#fromImage)); // [B, H, W, f]
    for (const layer of this.#down) x = relu(apply(x, layer)); // [B, H/4, W/4, 4f]
    for (const [first, second] of this.#blocks) x = add(x, apply(relu(apply(x, first)), second));
    for (const layer of this.#up) x = relu(apply(this.#isNearest ? upsampleNearest(x) : x, layer)); // [B, H, W, f]
    const last = this.#toImage.forward(x, ctx); // [B, H, W, channels]
    if (!this.#givesChange) return tanh(last);
    const changed = add<Tensor4D>(images, last);
    return ctx.training ? changed : clipByValue(changed, -1, 1);
  }
}
