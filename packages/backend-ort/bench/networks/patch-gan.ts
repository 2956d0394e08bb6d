import * as tf from "@tensorflow/tfjs-core";
import { Parameters } from "./layers.js";

/** A network: a function of images, its variables, and what a forward pass costs. */
export interface ImageNetwork {
  readonly parameters: Parameters;
  apply(x: tf.Tensor4D): tf.Tensor4D;
}

/**
 * The 70×70 PatchGAN: 4×4 convolutions to f, 2f, 4f, 8f and 1 channels, strides 2, 2, 2, 1, 1, leaky ReLU 0.2,
 * a norm in all but the first and the last. [B, size, size, inputs] → [B, size / 8 - 2, size / 8 - 2, 1].
 *
 * @param bias whether convolutions in front of the norm have one
 */
export function createPatchGan(
  size: number,
  inputs: number,
  features: number,
  bias: boolean,
  norm: (parameters: Parameters, channels: number) => (x: tf.Tensor4D) => tf.Tensor4D,
): ImageNetwork {
  const parameters = new Parameters();
  const widths = [1, 2, 4, 8].map((factor) => factor * features);
  let pixels = size;
  const levels = widths.map((outputs, level) => {
    const stride = level < 3 ? 2 : 1;
    const convolution = parameters.convolution({
      size: pixels,
      inputs: widths[level - 1] ?? inputs,
      outputs,
      kernel: 4,
      stride,
      padding: 1,
      bias: bias || level === 0,
    });
    pixels = stride === 2 ? pixels / 2 : pixels - 1;
    return { convolution, normalise: level > 0 ? norm(parameters, outputs) : undefined };
  });
  const last = parameters.convolution({
    size: pixels,
    inputs: 8 * features,
    outputs: 1,
    kernel: 4,
    padding: 1,
    bias: true,
  });
  const apply = (images: tf.Tensor4D): tf.Tensor4D => {
    let x = images;
    for (const { convolution, normalise } of levels) {
      x = convolution.apply(x);
      x = tf.leakyRelu(normalise ? normalise(x) : x, 0.2);
    }
    return last.apply(x);
  };
  return { parameters, apply };
}
