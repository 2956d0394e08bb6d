import * as tf from "@tensorflow/tfjs-core";

type Image = tf.Tensor4D;
type Pair = [number, number];

/** A convolution with the operations that one image takes. */
export interface Layer {
  /** Multiplications and additions of a forward pass on one image. */
  readonly operations: number;
  apply(x: Image): Image;
}

/** The variables of a network, made as its layers are described, and what its products cost. */
export class Parameters {
  readonly all: tf.Variable[] = [];
  readonly layers: Layer[] = [];

  variable(initial: tf.Tensor): tf.Variable {
    const variable = tf.variable(initial, true);
    initial.dispose();
    this.all.push(variable);
    return variable;
  }

  /** N(0, 0.02²). */
  weight(shape: number[]): Image {
    return this.variable(tf.randomNormal(shape, 0, 0.02)) as tf.Tensor as Image;
  }

  /**
   * A square convolution, `valid` unless `padding` is given, of images of `size` pixels.
   * @param bias whether one number for each output is added
   */
  convolution(given: ConvolutionShape): Layer {
    const { size, inputs, outputs, kernel, stride = 1, padding = 0, bias = false } = given;
    const filter = this.weight([kernel, kernel, inputs, outputs]);
    const offset = bias ? this.variable(tf.zeros([outputs])) : undefined;
    const side = Math.floor((size + 2 * padding - kernel) / stride) + 1;
    const operations = 2 * kernel ** 2 * inputs * outputs * side ** 2;
    return this.#layer(operations, (x) =>
      shifted(tf.conv2d(x, filter, stride, padding, "NHWC", 1, "floor"), offset),
    );
  }

  /** A transposed convolution with stride 2 that doubles images of `size` pixels. */
  transposed(given: ConvolutionShape): Layer {
    const { size, inputs, outputs, kernel, bias = false } = given;
    const filter = this.weight([kernel, kernel, outputs, inputs]);
    const offset = bias ? this.variable(tf.zeros([outputs])) : undefined;
    const operations = 2 * kernel ** 2 * inputs * outputs * size ** 2;
    return this.#layer(operations, (x) => {
      const shape: [number, number, number, number] = [x.shape[0], 2 * size, 2 * size, outputs];
      return shifted(tf.conv2dTranspose(x, filter, shape, 2, 1), offset);
    });
  }

  /** Batch norm by the batch's own moments: scale · (x - μ) / √(σ² + 1e-5) + shift. */
  batchNorm(channels: number): (x: Image) => Image {
    const scale = this.variable(tf.ones([channels]));
    const shift = this.variable(tf.zeros([channels]));
    return (x) => {
      const { mean, variance } = tf.moments(x, [0, 1, 2]);
      return tf.add(tf.mul(tf.sub(x, mean), tf.mul(tf.rsqrt(tf.add(variance, 1e-5)), scale)), shift);
    };
  }

  #layer(operations: number, apply: (x: Image) => Image): Layer {
    const layer = { operations, apply };
    this.layers.push(layer);
    return layer;
  }

  /** Operations of a forward pass on one image, with or without those of the first layer. */
  operations(first = true): number {
    return this.layers.slice(first ? 0 : 1).reduce((sum, layer) => sum + layer.operations, 0);
  }
}

/** Describes a convolution of square images. */
export interface ConvolutionShape {
  /** Height and width that come in. */
  readonly size: number;
  readonly inputs: number;
  readonly outputs: number;
  readonly kernel: number;
  readonly stride?: number;
  readonly padding?: number;
  readonly bias?: boolean;
}

const shifted = (x: Image, bias: tf.Tensor | undefined): Image => (bias ? tf.add(x, bias) : x);

/** (x - μ) / √(σ² + 1e-5) with each channel's moments in each image: instance norm without parameters. */
export function instanceNorm(x: Image): Image {
  const centred = tf.sub(x, tf.mean(x, [1, 2], true));
  const variance = tf.mean(tf.square(centred), [1, 2], true);
  return tf.mul(centred, tf.rsqrt(tf.add(variance, 1e-5)));
}

/** Rows or columns of `x` turned round and put at `start` of `size`, zeros elsewhere. */
function placeReversed(
  x: tf.Tensor,
  axis: number,
  from: number,
  count: number,
  start: number,
  size: number,
): tf.Tensor {
  const begin = x.shape.map((_, index) => (index === axis ? from : 0));
  const extent = x.shape.map((length, index) => (index === axis ? count : length));
  const paddings = x.shape.map((_, index): Pair => (index === axis ? [start, size - start - count] : [0, 0]));
  return tf.pad(tf.reverse(tf.slice(x, begin, extent), axis), paddings);
}

/** Mirrors `amount` pixels at every edge, which are not repeated; with the gradient that tfjs has wrong. */
export function reflectionPad(x: Image, amount: number): Image {
  const fold = (dy: tf.Tensor): tf.Tensor =>
    [1, 2].reduce((gradient, axis) => {
      const size = x.shape[axis] as number;
      const begin = gradient.shape.map((_, index) => (index === axis ? amount : 0));
      const extent = gradient.shape.map((length, index) => (index === axis ? size : length));
      const before = placeReversed(gradient, axis, 0, amount, 1, size);
      const after = placeReversed(gradient, axis, amount + size, amount, size - 1 - amount, size);
      return tf.add(tf.add(tf.slice(gradient, begin, extent), before), after);
    }, dy);
  const pad = tf.customGrad((value) => ({
    value: tf.mirrorPad(
      value as Image,
      [
        [0, 0],
        [amount, amount],
        [amount, amount],
        [0, 0],
      ],
      "reflect",
    ) as tf.Tensor,
    gradFunc: (dy: tf.Tensor) => fold(dy),
  }));
  return pad(x) as Image;
}
