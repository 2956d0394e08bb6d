import { conv2d, type Tensor4D } from "@tensorflow/tfjs-core";
import { ConfigError, ShapeError } from "../errors/index.js";
import { checkChannels, checkCounts } from "./check-channels.js";
import type { ForwardContext } from "./forward-context.js";
import { reflectionPad } from "./reflection-pad.js";
import { WeightedLayer, type WeightOptions } from "./weighted-layer.js";

/** Options of {@link Conv2d} and {@link ConvTranspose2d}. */
export interface ConvOptions extends WeightOptions {
  /** Channels in. */
  inputs: number;
  /** Channels out. */
  outputs: number;
  /** Side of the square kernel. */
  kernelSize: number;
  /** Default 1. */
  stride?: number;
  /**
   * `same` keeps size ÷ stride (× stride when transposed), with the odd row of zeros at the end; `valid`
   * pads nothing; a number pads as many zeros on every side, as PyTorch does; `reflect` mirrors the
   * picture by half an odd kernel (not when transposed). Default `same`.
   */
  padding?: "same" | "valid" | "reflect" | number;
}

/** Convolution, NHWC float32. Weight: [kernel, kernel, inputs, outputs]. */
export class Conv2d extends WeightedLayer {
  readonly #inputs: number;
  readonly #kernelSize: number;
  readonly #stride: number;
  readonly #padding: "same" | "valid" | "reflect" | number;

  /** @throws ConfigError when a size is no whole number from 1 or options contradict each other. */
  constructor(options: ConvOptions) {
    const { inputs, outputs, kernelSize, stride = 1, padding = "same" } = options;
    checkCounts("Conv2d", { inputs, outputs, kernelSize, stride });
    if (typeof padding === "number") checkCounts("Conv2d", { padding }, 0);
    if (padding === "reflect" && kernelSize % 2 === 0) {
      throw new ConfigError(
        "core",
        `Conv2d's padding "reflect" needs an odd kernelSize, got ${kernelSize}. Use ${kernelSize + 1}, or reflectionPad and "valid".`,
      );
    }
    const layout = {
      shape: [kernelSize, kernelSize, inputs, outputs],
      outputAxis: 3,
      fanIn: kernelSize ** 2 * inputs,
      fanOut: kernelSize ** 2 * outputs,
    };
    super("Conv2d", layout, options);
    this.#inputs = inputs;
    this.#kernelSize = kernelSize;
    this.#stride = stride;
    this.#padding = padding;
  }

  /**
   * [B, H, W, inputs] → [B, H / stride, W / stride, outputs] with `same` or `reflect` padding.
   *
   * @param ctx Needed with spectralNorm only.
   * @throws ShapeError when x has other channels or is smaller than the kernel.
   */
  forward(x: Tensor4D, ctx?: ForwardContext): Tensor4D {
    checkChannels("Conv2d", x, 4, this.#inputs);
    const weight = this.readWeight(ctx) as Tensor4D;
    const reflected = this.#padding === "reflect" ? reflectionPad(x, (this.#kernelSize - 1) / 2) : x;
    const padding = this.#padding === "reflect" ? "valid" : this.#padding;
    const border = typeof padding === "number" ? 2 * padding : 0;
    const least = padding === "same" ? 1 : this.#kernelSize - border;
    if (Math.min(...reflected.shape.slice(1, 3)) < least) {
      throw new ShapeError(
        "core",
        `Conv2d's kernel of ${this.#kernelSize} needs at least ${least} × ${least} pixels, got [${x.shape.join(", ")}]. Use larger pictures or fewer layers.`,
      );
    }
    return this.addBias(conv2d(reflected, weight, this.#stride, padding));
  }
}
