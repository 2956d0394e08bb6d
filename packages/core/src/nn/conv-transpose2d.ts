import { add, conv2dTranspose, type Tensor4D, type Variable, zeros } from "@tensorflow/tfjs-core";
import { checkChannels } from "./check-channels.js";
import type { ConvOptions } from "./conv2d.js";
import { normalInitializer } from "./initializers.js";
import { Module } from "./module.js";

/**
 * Transposed convolution, the gradient of {@link Conv2d} with respect to its input; NHWC float32.
 * Weight: [kernel, kernel, outputs, inputs].
 */
export class ConvTranspose2d extends Module {
  readonly weight: Variable;
  readonly bias: Variable | undefined;
  readonly #options: Required<Pick<ConvOptions, "inputs" | "outputs" | "kernelSize" | "stride" | "padding">>;

  constructor(options: ConvOptions) {
    super();
    const { inputs, outputs, kernelSize, random, stride = 1, padding = "same" } = options;
    const { initializer = normalInitializer(0.02) } = options;
    this.#options = { inputs, outputs, kernelSize, stride, padding };
    const shape = [kernelSize, kernelSize, outputs, inputs];
    this.weight = this.parameter("weight", () => initializer(shape, random));
    this.bias = options.bias === false ? undefined : this.parameter("bias", () => zeros([outputs]));
  }

  /** [B, H, W, inputs] → [B, H · stride, W · stride, outputs] with `same` padding. */
  forward(x: Tensor4D): Tensor4D {
    const { inputs, outputs, kernelSize, stride, padding } = this.#options;
    checkChannels("ConvTranspose2d", x, 4, inputs);
    const grow = (size: number) => (padding === "same" ? size * stride : (size - 1) * stride + kernelSize);
    const [batch, height, width] = x.shape;
    const shape: [number, number, number, number] = [batch, grow(height), grow(width), outputs];
    const y = conv2dTranspose(x, this.weight as unknown as Tensor4D, shape, stride, padding);
    return this.bias ? add(y, this.bias) : y;
  }
}
