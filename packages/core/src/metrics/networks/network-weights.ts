import {
  fused,
  keep,
  type Tensor,
  type Tensor1D,
  type Tensor2D,
  type Tensor4D,
  tensor,
} from "@tensorflow/tfjs-core";
import { requireTensor, type WeightTensors } from "./weight-tensors.js";

/** How {@link NetworkWeights.convolve} goes over its input. */
export interface ConvolutionOptions {
  /** Default 1. */
  stride?: number;
  /** `valid`, `same` as TensorFlow has it, or zeros on every side. Default `same`. */
  padding?: "valid" | "same" | number;
  /** Default `relu`. */
  activation?: "relu" | "relu6" | "linear";
}

/**
 * The fixed weights of a feature network: `<layer>.weight` and `<layer>.bias`, batch norms folded in.
 * Convolutions are [height, width, in, out], depthwise ones [height, width, channels, 1], dense layers
 * [in, out].
 *
 * Owns its tensors until {@link dispose}.
 */
export class NetworkWeights {
  readonly #tensors = new Map<string, Tensor>();

  /** @param weights Copied to the current backend. */
  constructor(weights: WeightTensors) {
    for (const [name, { shape, values }] of weights) {
      this.#tensors.set(name, keep(tensor(values, [...shape], "float32")));
    }
  }

  /** activation(x ∗ weight + bias): [B, H, W, in] → [B, H', W', out]. */
  convolve(x: Tensor4D, layer: string, options: ConvolutionOptions = {}): Tensor4D {
    return fused.conv2d({ x, ...this.#layer<Tensor4D>(layer), ...windowOf(options) });
  }

  /** As {@link convolve}, each channel by itself. */
  convolveDepthwise(x: Tensor4D, layer: string, options: ConvolutionOptions = {}): Tensor4D {
    return fused.depthwiseConv2d({ x, ...this.#layer<Tensor4D>(layer), ...windowOf(options) });
  }

  /** x · weight + bias, if there is one: [B, in] → [B, out]. */
  multiply(x: Tensor2D, layer: string): Tensor2D {
    const { filter: b, bias } = this.#layer<Tensor2D>(layer);
    return fused.matMul({ a: x, b, ...(bias !== undefined && { bias }) }) as Tensor2D;
  }

  /** Frees the weights. */
  dispose(): void {
    for (const owned of this.#tensors.values()) owned.dispose();
  }

  #layer<Filter extends Tensor>(layer: string): { filter: Filter; bias: Tensor1D } {
    const read = (name: string) => this.#tensors.get(`${layer}.${name}`);
    return { filter: read("weight") as Filter, bias: read("bias") as Tensor1D };
  }
}

/** tfjs's form of {@link ConvolutionOptions}. */
const windowOf = ({ stride = 1, padding = "same", activation = "relu" }: ConvolutionOptions) => ({
  strides: stride,
  pad: padding,
  activation,
});

/** @throws DataError unless `weights` holds a bias and a weight of this shape for a layer. */
export function requireLayer(
  weights: WeightTensors,
  layer: string,
  source: string,
  shape: readonly number[],
): void {
  requireTensor(weights, `${layer}.weight`, source, shape);
  const isDepthwise = shape.length === 4 && shape.at(-1) === 1;
  const outputs = shape.at(isDepthwise ? -2 : -1) as number;
  requireTensor(weights, `${layer}.bias`, source, [outputs]);
}
