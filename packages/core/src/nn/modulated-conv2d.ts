import {
  add,
  conv2d,
  conv2dTranspose,
  matMul,
  mul,
  reshape,
  rsqrt,
  square,
  sum,
  type Tensor2D,
  type Tensor4D,
  transpose,
  type Variable,
} from "@tensorflow/tfjs-core";
import { ConfigError } from "../errors/index.js";
import type { Random } from "../random/index.js";
import { checkChannels, checkCounts } from "./check-channels.js";
import { Dense } from "./dense.js";
import { firBlur } from "./fir.js";
import { constantInitializer, normalInitializer } from "./initializers.js";
import { Module } from "./module.js";
import { readParameter } from "./substitution.js";

/** Options of {@link ModulatedConv2d}. */
export interface ModulatedConvOptions {
  /** Channels that come in. */
  inputs: number;
  /** Channels that go out. */
  outputs: number;
  /** Side of the square kernel: 1 or 3. */
  kernelSize: number;
  /** Size of the style w. */
  styleSize: number;
  /** Draws the initial weights. */
  random: Random;
  /** Whether each output is divided by its expected size; not in front of a picture. Default true. */
  demodulate?: boolean | undefined;
  /** Whether to double the size, with a kernel of 3. Default false. */
  upsample?: boolean | undefined;
}

/**
 * A convolution whose weight depends on a style, for each picture of a batch its own:
 * `W'_ijo = s_i W_ijo / √(Σ_i,j (s_i W_ijo)² + 1e-8)`, s = affine(w), 1 at first. Written as the equal
 * `y_o = d_o · Σ W_o * (s · x)`, which needs no weights of its own for each picture. Weights are stored as
 * N(0, 1) and read equalised; no bias. Karras et al. 2020, section 2.2.
 *
 * Weight: [kernel, kernel, inputs, outputs]; [kernel, kernel, outputs, inputs] with upsampling.
 */
export class ModulatedConv2d extends Module {
  /** The kernel before modulation, [K, K, inputs, outputs]. */
  readonly weight: Variable;
  readonly #affine: Dense;
  readonly #options: ModulatedConvOptions;

  /** @throws ConfigError when a size is no whole number from 1 or upsampling lacks its kernel of 3. */
  constructor(options: ModulatedConvOptions) {
    super();
    const { inputs, outputs, kernelSize, styleSize, random, upsample = false } = options;
    checkCounts("ModulatedConv2d", { inputs, outputs, kernelSize, styleSize });
    if (upsample && kernelSize !== 3) {
      throw new ConfigError(
        "core",
        `ModulatedConv2d's upsample needs a kernelSize of 3, got ${kernelSize}. Use 3, or resample by itself.`,
      );
    }
    this.#options = options;
    const shape = upsample ? [outputs, inputs] : [inputs, outputs];
    this.weight = this.parameter("weight", () =>
      normalInitializer(1)([kernelSize, kernelSize, ...shape], random),
    );
    const affine = { inputs: styleSize, outputs: inputs, random, equalized: {} };
    this.#affine = this.child("affine", new Dense({ ...affine, biasInitializer: constantInitializer(1) }));
  }

  /** The style's factor for each input: [B, styleSize] → [B, inputs]. */
  computeScales(style: Tensor2D): Tensor2D {
    return this.#affine.forward(style);
  }

  /** The matrix A of `s = w·A + b`, as it is used, scaled: [styleSize, inputs]. */
  readStyleWeight(): Tensor2D {
    return this.#affine.readWeight() as Tensor2D;
  }

  /**
   * [B, H, W, inputs] → [B, H, W, outputs], or [B, 2H, 2W, outputs] with upsampling.
   *
   * @param style w: [B, styleSize].
   * @throws ShapeError when x or the style is of another size.
   */
  forward(x: Tensor4D, style: Tensor2D): Tensor4D {
    const { inputs, outputs, kernelSize, demodulate = true, upsample = false } = this.#options;
    checkChannels("ModulatedConv2d", x, 4, inputs);
    const [batch, height, width] = x.shape;
    const scales = this.computeScales(style); // [B, I]
    const weight: Tensor4D = mul(readParameter(this.weight), 1 / Math.sqrt(kernelSize ** 2 * inputs));
    const scaled: Tensor4D = mul(x, reshape(scales, [-1, 1, 1, inputs]));
    let y: Tensor4D;
    if (upsample) {
      const size: [number, number, number, number] = [batch, 2 * height + 1, 2 * width + 1, outputs];
      y = firBlur(conv2dTranspose(scaled, weight, size, 2, "valid"), 1, { gain: 4 });
    } else y = conv2d(scaled, weight, 1, "same");
    if (!demodulate) return y;
    const energies = sum(square(weight), [0, 1]) as Tensor2D; // [I, O], or [O, I] with upsampling
    const expected = matMul(square(scales), upsample ? transpose(energies) : energies); // [B, O]
    return mul(y, reshape(rsqrt(add(expected, 1e-8)), [-1, 1, 1, outputs]));
  }
}
