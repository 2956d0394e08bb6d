import {
  type ForwardContext,
  firUpsample,
  ModulatedConv2d,
  Module,
  NoiseInjection,
  type Random,
  readParameter,
  ShapeError,
} from "@gan/core";
import {
  add,
  reshape,
  type Tensor2D,
  type Tensor4D,
  tensor,
  tile,
  type Variable,
  zeros,
} from "@tensorflow/tfjs-core";
import { countLevels, countStyles, featuresOfLevel, type StyleganLiteConfig } from "./config.js";
import { activate } from "./mapping.js";

/** A convolution by style, noise, bias, leaky ReLU. */
class StyledConv extends Module {
  readonly #conv: ModulatedConv2d;
  readonly #noise: NoiseInjection | undefined;
  readonly #bias: Variable;

  constructor(
    sizes: { inputs: number; outputs: number; styleSize: number; upsample: boolean; random: Random },
    noise: boolean,
  ) {
    super();
    this.#conv = this.child("conv", new ModulatedConv2d({ ...sizes, kernelSize: 3 }));
    if (noise) this.#noise = this.child("noise", new NoiseInjection());
    this.#bias = this.parameter("bias", () => zeros([sizes.outputs]));
  }

  readStyleWeight(): Tensor2D {
    return this.#conv.readStyleWeight();
  }

  /** [B, H, W, inputs] → [B, H, W, outputs], or twice the size. */
  forward(
    x: Tensor4D,
    style: Tensor2D,
    ctx: ForwardContext | undefined,
    noiseName: string | undefined,
  ): Tensor4D {
    let y = this.#conv.forward(x, style);
    if (this.#noise !== undefined && ctx !== undefined) {
      const [batch, height, width] = y.shape;
      y = this.#noise.forward(y, ctx, ctx.normal([batch, height, width, 1], noiseName));
    }
    return activate(add<Tensor4D>(y, readParameter(this.#bias)));
  }
}

/** Features → colours by style, not demodulated: [B, H, W, inputs] → [B, H, W, channels]. */
class ToImage extends Module {
  readonly #conv: ModulatedConv2d;
  readonly #bias: Variable;

  constructor(sizes: { inputs: number; outputs: number; styleSize: number; random: Random }) {
    super();
    this.#conv = this.child("conv", new ModulatedConv2d({ ...sizes, kernelSize: 1, demodulate: false }));
    this.#bias = this.parameter("bias", () => zeros([sizes.outputs]));
  }

  readStyleWeight(): Tensor2D {
    return this.#conv.readStyleWeight();
  }

  forward(x: Tensor4D, style: Tensor2D): Tensor4D {
    return add(this.#conv.forward(x, style), readParameter(this.#bias));
  }
}

/** How {@link Synthesis.forward} names its noise. */
export interface SynthesisOptions {
  /** Requests of one step with the same prefix share their noise. Default: fresh noise at every call. */
  noisePrefix?: string | undefined;
  /** Whether to add noise where the network has it. Default true. */
  noise?: boolean | undefined;
}

/**
 * Styles → picture: from a learned 4×4 constant, two styled convolutions a level, the first of which doubles the
 * size; what each level gives in colours is enlarged and added up (skip). Karras et al. 2020, figure 7.
 */
export class Synthesis extends Module {
  /** Layers that take a style each. */
  readonly styleCount: number;
  readonly #start: Variable;
  readonly #convs: StyledConv[] = [];
  readonly #toImages: ToImage[] = [];

  constructor(config: StyleganLiteConfig, random: Random) {
    super();
    const { styleSize, noise, channels, imageSize } = config;
    const features = (level: number) => featuresOfLevel(config, level);
    this.styleCount = countStyles(imageSize);
    const first = [4, 4, features(0)] as const;
    const drawn = random.normals(16 * features(0));
    this.#start = this.parameter("start", () => tensor(drawn, [...first], "float32"));
    const addConv = (name: string, inputs: number, outputs: number, upsample: boolean) =>
      this.#convs.push(
        this.child(name, new StyledConv({ inputs, outputs, styleSize, upsample, random }, noise)),
      );
    for (let level = 0; level < countLevels(imageSize); level++) {
      const here = features(level);
      if (level > 0) addConv(`blocks.${level}.first`, features(level - 1), here, true);
      addConv(`blocks.${level}.second`, here, here, false);
      const toImage = new ToImage({ inputs: here, outputs: channels, styleSize, random });
      this.#toImages.push(this.child(`toImages.${level}`, toImage));
    }
  }

  /**
   * The matrices by which the style of a layer scales features, that of its convolution and that to colours, where
   * it has them: [styleSize, features] each.
   *
   * @returns To be used within a `tf.tidy`.
   */
  readStyleWeights(layer: number): Tensor2D[] {
    const parts = [this.#convs[layer], layer % 2 === 1 ? this.#toImages[(layer - 1) / 2] : undefined];
    return parts.flatMap((part) => (part === undefined ? [] : [part.readStyleWeight()]));
  }

  /**
   * @param styles One for each convolution from coarse to fine, and one for the last layer to colours: each
   *   [B, styleSize]. Layers to colours take the style of the next convolution.
   * @returns [B, imageSize, imageSize, channels], about [-1, 1], not bounded.
   * @throws ShapeError on another number of styles.
   */
  forward(
    styles: readonly Tensor2D[],
    ctx: ForwardContext,
    { noisePrefix, noise = true }: SynthesisOptions = {},
  ): Tensor4D {
    const [style] = styles;
    if (style === undefined || styles.length !== this.styleCount) {
      throw new ShapeError(
        "stylegan-lite",
        `the synthesis network needs ${this.styleCount} styles, got ${styles.length}. Give one for each layer.`,
      );
    }
    const [height, width, features] = this.#start.shape as [number, number, number];
    const start = reshape(readParameter(this.#start), [1, height, width, features]);
    let x: Tensor4D = tile(start as Tensor4D, [style.shape[0], 1, 1, 1]); // [B, 4, 4, features]
    let images: Tensor4D | undefined;
    for (const [index, conv] of this.#convs.entries()) {
      const noiseName = noisePrefix === undefined ? undefined : `${noisePrefix}.${index}`;
      x = conv.forward(x, styles[index] as Tensor2D, noise ? ctx : undefined, noiseName);
      if (index % 2 === 1) continue; // The first convolution of a level, but for the 4×4.
      const seen = (this.#toImages[index / 2] as ToImage).forward(x, styles[index + 1] as Tensor2D);
      images = images === undefined ? seen : add<Tensor4D>(firUpsample(images), seen);
    }
    return images as Tensor4D;
  }
}
