import { conv2dTranspose, type Tensor4D } from "@tensorflow/tfjs-core";
import { ConfigError } from "../errors/index.js";
import { checkChannels, checkCounts } from "./check-channels.js";
import type { ConvOptions } from "./conv2d.js";
import type { ForwardContext } from "./forward-context.js";
import { WeightedLayer } from "./weighted-layer.js";

/** Options of {@link ConvTranspose2d}. */
export interface ConvTransposeOptions extends Omit<ConvOptions, "padding"> {
  /** `same` multiplies the size by the stride, the default; `valid`, or pixels that are cut off at each side. */
  padding?: "same" | "valid" | number;
  /** Rows and columns added at the end, below `stride`; for a number as padding. Default 0. */
  outputPadding?: number;
}

/**
 * Transposed convolution, the gradient of {@link Conv2d} with respect to its input; NHWC float32.
 * Weight: [kernel, kernel, outputs, inputs].
 */
export class ConvTranspose2d extends WeightedLayer {
  readonly #options: Required<
    Pick<ConvTransposeOptions, "inputs" | "outputs" | "kernelSize" | "stride" | "padding" | "outputPadding">
  >;

  /** @throws ConfigError when a size is no whole number from 1 or options contradict each other. */
  constructor(options: ConvTransposeOptions) {
    const { inputs, outputs, kernelSize, stride = 1, padding = "same", outputPadding = 0 } = options;
    checkCounts("ConvTranspose2d", { inputs, outputs, kernelSize, stride });
    checkCounts("ConvTranspose2d", { outputPadding }, 0);
    if (typeof padding === "number") checkCounts("ConvTranspose2d", { padding }, 0);
    if (outputPadding > 0 && (typeof padding !== "number" || outputPadding >= stride)) {
      throw new ConfigError(
        "core",
        `ConvTranspose2d's outputPadding needs a number as padding and must be below the stride ${stride}, got ${outputPadding} with padding ${padding}. Leave it out or use padding: 1.`,
      );
    }
    if (typeof padding === "number" && 2 * padding > kernelSize - 1 + outputPadding + stride) {
      throw new ConfigError(
        "core",
        `ConvTranspose2d's padding ${padding} takes more than a kernel of ${kernelSize} adds. Use ${Math.floor((kernelSize - 1) / 2)}.`,
      );
    }
    const layout = {
      shape: [kernelSize, kernelSize, outputs, inputs],
      outputAxis: 2,
      fanIn: kernelSize ** 2 * inputs,
      fanOut: kernelSize ** 2 * outputs,
    };
    super("ConvTranspose2d", layout, options);
    this.#options = { inputs, outputs, kernelSize, stride, padding, outputPadding };
  }

  /**
   * [B, H, W, inputs] → [B, H · stride, W · stride, outputs] with `same` padding, and
   * (H - 1) · stride - 2 · padding + kernel + outputPadding with a number.
   *
   * @param ctx Needed with spectralNorm only.
   * @throws ShapeError when x has other channels.
   */
  forward(x: Tensor4D, ctx?: ForwardContext): Tensor4D {
    const { inputs, outputs, kernelSize, stride, padding, outputPadding } = this.#options;
    checkChannels("ConvTranspose2d", x, 4, inputs);
    const border = typeof padding === "number" ? 2 * padding - outputPadding : 0;
    const grow = (size: number) =>
      padding === "same" ? size * stride : (size - 1) * stride + kernelSize - border;
    const [batch, height, width] = x.shape;
    const shape: [number, number, number, number] = [batch, grow(height), grow(width), outputs];
    const weight = this.readWeight(ctx) as Tensor4D;
    return this.addBias(conv2dTranspose(x, weight, shape, stride, padding));
  }
}
