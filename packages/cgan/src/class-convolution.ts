import {
  Conv2d,
  type ConvOptions,
  ConvTranspose2d,
  type ConvTransposeOptions,
  type ForwardContext,
  Module,
} from "@gan/core";
import { add, matMul, oneHot, range, reshape, type Tensor2D, type Tensor4D } from "@tensorflow/tfjs-core";
import { spreadClasses } from "./append-classes.js";

/** A convolution, transposed or not. */
type Convolution = Module & { forward(x: Tensor4D, ctx?: ForwardContext): Tensor4D };

/**
 * A convolution of a picture that has the class's weights appended as K constant maps (Mirza and Osindero 2014),
 * written as the sum of one over the picture, `image`, and one over the maps, `classes`. The second gives the same for
 * every picture of a class, so it is made once for each class and mixed by the pictures' weights; and the first keeps
 * a number of channels that processors like.
 *
 * Under spectralNorm each of the two is divided by its own norm.
 */
export class ClassConvolution extends Module {
  readonly #image: Convolution;
  readonly #classes: Convolution;
  readonly #count: number;

  /** @param create Makes a convolution of so many channels in; only the first has the layer's bias. */
  private constructor(
    create: (inputs: number, isFirst: boolean) => Convolution,
    inputs: number,
    count: number,
  ) {
    super();
    this.#count = count;
    this.#image = this.child("image", create(inputs, true));
    this.#classes = this.child("classes", create(count, false));
  }

  /** With the options of a Conv2d whose inputs are the picture's channels alone. */
  static conv2d(options: ConvOptions, classes: number): ClassConvolution {
    const create = (inputs: number, isFirst: boolean) =>
      new Conv2d({ ...options, inputs, bias: isFirst && (options.bias ?? true) });
    return new ClassConvolution(create, options.inputs, classes);
  }

  /** With the options of a ConvTranspose2d whose inputs are the picture's channels alone. */
  static convTranspose2d(options: ConvTransposeOptions, classes: number): ClassConvolution {
    const create = (inputs: number, isFirst: boolean) =>
      new ConvTranspose2d({ ...options, inputs, bias: isFirst && (options.bias ?? true) });
    return new ClassConvolution(create, options.inputs, classes);
  }

  /** @param classes A weight for each class: [B, K], float32. */
  forward(x: Tensor4D, classes: Tensor2D, ctx: ForwardContext): Tensor4D {
    const [batch, height, width] = x.shape;
    const ofImage = this.#image.forward(x, ctx);
    if (batch <= this.#count) {
      return add(ofImage, this.#classes.forward(spreadClasses(classes, height, width), ctx));
    }
    const each = oneHot(range(0, this.#count, 1, "int32"), this.#count, 1, 0, "float32");
    const ofEach = this.#classes.forward(spreadClasses(each, height, width), ctx); // [K, H', W', outputs]
    const mixed = matMul(classes, reshape(ofEach, [this.#count, -1]) as Tensor2D);
    return add(ofImage, reshape(mixed, ofImage.shape));
  }
}
