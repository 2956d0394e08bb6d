import { blockedSpace } from "./blocked.js";
import type { GraphBuilder } from "./builder.js";
import { channelsFirst } from "./channels-first.js";
import type { ImageSpace } from "./image-space.js";
import { sumPixels } from "./image-sums.js";
import {
  addCoefficients,
  type Linear,
  linearKey,
  mergeTerms,
  multiplyCoefficients,
  type Term,
} from "./linear.js";
import { broadcastShapes, sameShape, sizeOf } from "./shapes.js";
import type { Attributes, FloatAttribute, Shape, Value } from "./types.js";

/** Operators that act on every element alone, for which any layout will do. */
const ELEMENTWISE = new Set([
  "Abs",
  "Ceil",
  "Cos",
  "Elu",
  "Erf",
  "Exp",
  "Floor",
  "HardSigmoid",
  "LeakyRelu",
  "Log",
  "Neg",
  "Reciprocal",
  "Relu",
  "Sigmoid",
  "Sign",
  "Sin",
  "Softplus",
  "Sqrt",
  "Tanh",
]);

/** Whether the operator's result is positive just where its operand is. */
const keepsSign = (opType: string, { alpha }: Attributes): boolean =>
  opType === "Relu" || (opType === "LeakyRelu" && (alpha as FloatAttribute).float >= 0);

/** Whether a shape is [N, 1, 1, C] for several images [N, H, W, C]: one number for each channel of each. */
const isOfEachImage = (shape: Shape, image: Shape): boolean =>
  (image[0] as number) > 1 && sameShape(shape, [image[0] as number, 1, 1, image[3] as number]);

/**
 * The images of a graph: values [N, H, W, C] that live in an {@link ImageSpace} and that are combined
 * symbolically as far as possible before any node is written.
 */
export class Images {
  private readonly blocked: ImageSpace | undefined;
  /** Results of rectifiers, by the form they were applied to: their sign is its sign. */
  private readonly rectified = new Map<string, Value>();
  /** Products that were computed. */
  private readonly products = new Map<Value, Linear>();

  /** @param block channels to a block of the blocked layout; undefined where it cannot be used */
  constructor(
    readonly graph: GraphBuilder,
    readonly block: number | undefined,
  ) {
    this.blocked = block === undefined ? undefined : blockedSpace(block);
  }

  /** Whether tensors of so many channels live in the blocked layout. */
  isBlocked(channels: number): boolean {
    return this.block !== undefined && channels % this.block === 0;
  }

  spaceOf(channels: number): ImageSpace {
    return this.isBlocked(channels) ? (this.blocked as ImageSpace) : channelsFirst;
  }

  /** Where an image of so many channels lives. */
  space(value: Value): ImageSpace {
    return this.spaceOf(value.shape[3] as number);
  }

  /** Wraps a tensor of an image space, [N, C, H, W], as the value [N, H, W, C]. */
  wrap(physical: Value): Value {
    const [batch, channels, height, width] = physical.shape as [number, number, number, number];
    return this.linear([batch, height, width, channels], [{ base: physical, scale: undefined }], undefined);
  }

  private linear(
    shape: Shape,
    terms: readonly Term[],
    bias: Value | undefined,
    multiple?: Linear["multiple"],
  ): Value {
    const form: Linear = { kind: "linear", terms, bias, multiple };
    if (this.graph.without.has("symbolic") && terms[0] && (terms.length > 1 || terms[0].scale || bias)) {
      const base = this.spaceOf(shape[3] as number).combine(this.graph, terms, bias);
      return this.graph.virtual(shape, "float32", {
        ...form,
        terms: [{ base, scale: undefined }],
        bias: undefined,
      });
    }
    return this.graph.virtual(shape, "float32", form);
  }

  /** The value in its space, computed. */
  physical(value: Value): Value {
    const { graph } = this;
    if (!value.virtual) return this.space(value).enter(graph, value);
    const form = this.asLinear(value);
    const only = form.terms[0];
    if (!only) return this.space(value).enter(graph, this.spread(form.bias as Value, value.shape));
    if (form.terms.length === 1 && !only.scale && !form.bias) return only.base;
    return this.space(value).combine(graph, form.terms, form.bias);
  }

  /** Whether a product of forms was computed already. */
  isComputed(product: Value): boolean {
    return this.products.has(product);
  }

  /** A plain NHWC tensor as an image value. */
  fromChannelsLast(value: Value): Value {
    return this.wrap(this.spaceOf(value.shape[3] as number).enter(this.graph, value));
  }

  /** Images one behind the other along batch or channels, in the layout that they have; undefined where they share none. */
  concat(list: readonly Value[], axis: number): Value | undefined {
    const total = list.reduce((sum, { shape }) => sum + (shape[3] as number), 0);
    const channels = axis === 3 ? total : (list[0]?.shape[3] as number);
    if ((axis !== 0 && axis !== 3) || this.graph.without.has("joined")) return undefined;
    const isImage = ({ dtype, shape }: Value): boolean =>
      dtype === "float32" && shape.length === 4 && this.isBlocked(shape[3] as number);
    if (!this.isBlocked(channels) || !list.every(isImage) || !list.some(({ virtual }) => virtual))
      return undefined;
    const parts = list.map((value) => this.physical(value));
    return this.wrap(this.graph.concat(parts, axis === 3 ? 1 : 0));
  }

  /** x[first : end] along batch or channels, in whole blocks; undefined for anything else. */
  slice(x: Value, axis: number, first: number, end: number): Value | undefined {
    if (!x.virtual || x.dtype !== "float32" || this.graph.without.has("joined")) return undefined;
    const channels = x.shape[3] as number;
    const isWhole =
      this.isBlocked(channels) && (axis === 0 || (this.isBlocked(first) && this.isBlocked(end)));
    if ((axis !== 0 && axis !== 3) || !isWhole) return undefined;
    return this.wrap(this.graph.slice(this.physical(x), [axis === 3 ? 1 : 0], [first], [end]));
  }

  /** The value as plain NCHW. */
  channelsFirst(value: Value): Value {
    if (!value.virtual) return this.graph.transpose(value, [0, 3, 1, 2]);
    return this.space(value).leaveChannelsFirst(this.graph, this.physical(value));
  }

  /** A plain NCHW tensor as an image value. */
  fromChannelsFirst(value: Value): Value {
    return this.wrap(this.spaceOf(value.shape[1] as number).enterChannelsFirst(this.graph, value));
  }

  /** The value as plain NHWC. */
  solid(value: Value): Value {
    const { graph } = this;
    const { virtual } = value;
    if (virtual?.kind === "positive")
      return graph.compare("Greater", graph.solid(virtual.of), graph.scalar(0));
    const form = this.asLinear(value);
    if (form.terms.length === 0) return this.spread(form.bias as Value, value.shape);
    return this.space(value).leave(graph, this.physical(value));
  }

  /** A coefficient as an image [N, H, W, C]. */
  private spread(coefficient: Value, shape: Shape): Value {
    const [length, channels] = [coefficient.shape[0] ?? 1, shape[3] as number];
    const perImage = length > channels;
    const small = perImage
      ? this.graph.reshape(coefficient, [length / channels, 1, 1, channels])
      : coefficient;
    return this.graph.expand(small, shape);
  }

  /** A value as a sum of scaled images and a number for each channel; what is neither is one image by itself. */
  asLinear(value: Value): Linear {
    const { virtual } = value;
    if (virtual?.kind === "linear") return virtual;
    if (virtual?.kind !== "product") {
      return {
        kind: "linear",
        terms: [{ base: this.physical(value), scale: undefined }],
        bias: undefined,
        multiple: undefined,
      };
    }
    const computed = this.products.get(value);
    if (computed) return computed;
    const [left, leftScale] = this.withoutScale(virtual.left);
    const [right, rightScale] = this.withoutScale(virtual.right);
    const scale = multiplyCoefficients(this.graph, leftScale, rightScale);
    const base = this.graph.mul(left, right);
    const form: Linear = { kind: "linear", terms: [{ base, scale }], bias: undefined, multiple: undefined };
    this.products.set(value, form);
    return form;
  }

  /** A form of one term and no bias, apart from its scale; any other form computed. */
  private withoutScale(value: Value): [Value, Value | undefined] {
    const form = this.asLinear(value);
    const only = form.terms[0];
    return form.terms.length === 1 && only && !form.bias
      ? [only.base, only.scale]
      : [this.physical(value), undefined];
  }

  /** A value that is the same for all pixels of a channel, as [C] or []; undefined when it is not. */
  private coefficient(value: Value, image: Value): Value | undefined {
    const { graph } = this;
    if (value.dtype !== "float32") return undefined;
    const channels = image.shape[3] as number;
    if (!sameShape(broadcastShapes(value.shape, image.shape), image.shape)) return undefined;
    if (value.constant?.splat !== undefined && value.shape.length <= 4)
      return graph.scalar(value.constant.splat);
    if (value.virtual) return undefined;
    const size = sizeOf(value.shape);
    if (size === 1 && value.shape.length <= 4) return graph.reshape(value, []);
    if (isOfEachImage(value.shape, image.shape)) return graph.reshape(value, [size]);
    return size === channels && value.shape.at(-1) === channels && value.shape.length <= 4
      ? graph.reshape(value, [channels])
      : undefined;
  }

  unary(opType: string, x: Value, attributes: Attributes): Value | undefined {
    if (!ELEMENTWISE.has(opType)) return undefined;
    if (opType === "Neg") return this.scaled(x, this.graph.scalar(-1));
    const form = this.asLinear(x);
    const result = this.graph.unary(opType, this.physical(x), attributes);
    if (keepsSign(opType, attributes)) this.rectified.set(linearKey(form), result);
    return this.wrap(result);
  }

  /** What an operator that acts on every element alone makes of x, in the layout that x has. */
  ofEach(x: Value, apply: (physical: Value) => Value): Value {
    return this.wrap(apply(this.physical(x)));
  }

  /** scale ⊙ x; `scale` is [C] or []. */
  private scaled(x: Value, scale: Value): Value {
    const { graph } = this;
    const { virtual } = x;
    if (virtual?.kind === "product") {
      return graph.virtual(x.shape, "float32", { ...virtual, left: this.scaled(virtual.left, scale) });
    }
    const form = this.asLinear(x);
    const terms = form.terms.map(({ base, scale: known }) => ({
      base,
      scale: multiplyCoefficients(graph, known, scale),
    }));
    const factor = scale.constant?.splat;
    const multiple = factor === undefined ? undefined : { of: x, factor };
    return this.linear(
      x.shape,
      terms,
      multiplyCoefficients(graph, form.bias && form.bias, form.bias && scale),
      multiple,
    );
  }

  private shifted(x: Value, offset: Value): Value {
    const form = this.asLinear(x);
    return this.linear(x.shape, form.terms, addCoefficients(this.graph, form.bias, offset));
  }

  private sumOf(a: Value, b: Value): Value {
    const left = this.asLinear(a);
    const right = this.asLinear(b);
    const terms = mergeTerms(this.graph, left.terms, right.terms);
    return this.linear(a.shape, terms, addCoefficients(this.graph, left.bias, right.bias));
  }

  /** An arithmetic operator of which at least one operand is a virtual image; undefined when it needs NHWC. */
  binary(opType: string, a: Value, b: Value): Value | undefined {
    const { graph } = this;
    const image = a.virtual ? a : b;
    const forA = a.virtual ? undefined : this.coefficient(a, image);
    const forB = b.virtual ? undefined : this.coefficient(b, image);
    if (!forA && !forB) {
      if (!sameShape(a.shape, b.shape)) return undefined;
      return this.binaryOfImages(opType, a, b);
    }
    switch (opType) {
      case "Add":
        return this.shifted(image, (forA ?? forB) as Value);
      case "Sub":
        return forB
          ? this.shifted(a, graph.neg(forB))
          : this.shifted(this.scaled(b, graph.scalar(-1)), forA as Value);
      case "Mul":
        return this.scaled(image, (forA ?? forB) as Value);
      case "Div":
        if (forB) return this.scaled(a, graph.div(graph.scalar(1), forB));
        break;
    }
    const coefficient = (forA ?? forB) as Value;
    if (coefficient.shape.length > 0) return undefined;
    const physical = this.physical(image);
    return this.wrap(
      forA
        ? graph.binary(opType as "Div", coefficient, physical)
        : graph.binary(opType as "Div", physical, coefficient),
    );
  }

  private binaryOfImages(opType: string, a: Value, b: Value): Value {
    const { graph } = this;
    switch (opType) {
      case "Add":
        return this.sumOf(a, b);
      case "Sub":
        return this.sumOf(a, this.scaled(b, graph.scalar(-1)));
      case "Mul":
        return this.product(a, b);
      default:
        return this.wrap(graph.binary(opType as "Div", this.physical(a), this.physical(b)));
    }
  }

  private product(a: Value, b: Value): Value {
    const left = this.asLinear(a);
    const right = this.asLinear(b);
    // A form without terms is one number for each channel.
    if (left.terms.length === 0) return this.scaled(b, left.bias as Value);
    if (right.terms.length === 0) return this.scaled(a, right.bias as Value);
    const asImage = (value: Value, form: Linear): Value =>
      value.virtual?.kind === "linear" ? value : this.linear(value.shape, form.terms, form.bias);
    return this.graph.virtual(a.shape, "float32", {
      kind: "product",
      left: asImage(a, left),
      right: asImage(b, right),
    });
  }

  /** x broadcast to the image's shape, when it is one number per channel, or per channel and image. */
  expanded(x: Value, shape: Shape): Value | undefined {
    if (shape.length !== 4 || x.virtual) return undefined;
    const channels = shape[3] as number;
    if (x.dtype !== "float32") return undefined;
    if (isOfEachImage(x.shape, shape))
      return this.linear(shape, [], this.graph.reshape(x, [sizeOf(x.shape)]));
    if (sizeOf(x.shape) !== channels || x.shape.at(-1) !== channels) return undefined;
    return this.linear(shape, [], this.graph.reshape(x, [channels]));
  }

  /** Sum over `axes`, sorted, where those are the pixels of each image or all pixels, alone or with the channels. */
  reducedSum(x: Value, axes: readonly number[]): Value | undefined {
    const { graph } = this;
    const [batch, channels] = [x.shape[0] as number, x.shape[3] as number];
    const pixels = axes.filter((axis) => axis === 1 || axis === 2);
    if (pixels.length < 2) return undefined;
    const ofAll = axes[0] === 0 || batch === 1;
    const sums = sumPixels(this, x, !ofAll);
    if (axes.at(-1) !== 3) return sums;
    return graph.reduce("ReduceSum", ofAll ? sums : graph.reshape(sums, [batch, channels]), [-1]);
  }

  /** 1 where x > 0, alpha elsewhere. */
  slope(x: Value, alpha: number): Value {
    const source = this.rectified.get(linearKey(this.asLinear(x))) ?? this.physical(x);
    return this.wrap(this.space(x).slope(this.graph, source, alpha));
  }

  /** `condition ? a : factor · a`, the gradient of leaky ReLU; undefined for any other choice. */
  where(condition: Value, a: Value, b: Value): Value | undefined {
    if (condition.virtual?.kind !== "positive" || b.virtual?.kind !== "linear") return undefined;
    const { multiple } = b.virtual;
    if (multiple?.of !== a || !(multiple.factor >= 0 && multiple.factor <= 1)) return undefined;
    return this.product(a, this.slope(condition.virtual.of, multiple.factor));
  }
}
