import type { GraphBuilder } from "./builder.js";
import { asOneImage, type ImageSpace, isPerImage } from "./image-space.js";
import type { Term } from "./linear.js";
import { sameShape, sizeOf } from "./shapes.js";
import { type Attributes, floats, type GraphNode, type Value } from "./types.js";

/** Operators of ONNX Runtime's CPU provider on blocked images. */
const DOMAIN = "com.microsoft.nchwc";

const STEEP = 3.4e38;

/** Whether a node is a convolution of blocked images. */
export const isBlockedConv = ({ opType, domain }: GraphNode): boolean =>
  opType === "Conv" && domain === DOMAIN;

/** The blocked tensor from which a value in NHWC, perhaps reshaped since, was made. */
export function leftBlocks(value: Value): Value | undefined {
  let node = value.producer;
  while (node?.opType === "Reshape") node = node.inputs[0]?.producer;
  return node?.opType === "ReorderOutput" && node.attributes["channels_last"] === 1
    ? node.inputs[0]
    : undefined;
}

/** Elements added one after the other: more of them would cost digits. */
const SUMMED_IN_SEQUENCE = 1024;

/** The largest divisor of `whole` that is at most `limit`. */
function largestDivisor(whole: number, limit: number): number {
  for (let divisor = limit; divisor > 1; divisor--) if (whole % divisor === 0) return divisor;
  return 1;
}

type ImageShape = readonly [number, number, number, number];
const shapeOf = (x: Value): ImageShape => x.shape as unknown as ImageShape;

/** A blocked convolution; `sum` is added to the result before the activation. */
export function blockedConv(
  graph: GraphBuilder,
  x: Value,
  filter: Value,
  bias: Value | undefined,
  sum: Value | undefined,
  attributes: Attributes,
  shape: readonly number[],
): Value {
  const inputs = [x, filter, ...(bias || sum ? [bias] : []), ...(sum ? [sum] : [])];
  return graph.op("Conv", inputs, attributes, { shape, dtype: "float32" }, DOMAIN);
}

/**
 * scale ⊙ x + bias + sum as a depthwise 1 × 1 convolution: one pass, vectorised over channels and threads.
 */
function depthwise(
  graph: GraphBuilder,
  x: Value,
  scale: Value | undefined,
  bias: Value | undefined,
  sum: Value | undefined,
  activation: Attributes = {},
): Value {
  if (x.shape[0] !== 1 && (isPerImage(scale, x) || isPerImage(bias, x))) {
    const shift = sum && asOneImage(graph, sum);
    const spread = (coefficient: Value | undefined): Value | undefined => {
      const length = coefficient?.shape[0] ?? 1;
      return coefficient && length === shapeOf(x)[1] && length > 1
        ? graph.tile(coefficient, [shapeOf(x)[0]])
        : coefficient;
    };
    const result = depthwise(graph, asOneImage(graph, x), spread(scale), spread(bias), shift, activation);
    return graph.reshape(result, x.shape);
  }
  const channels = shapeOf(x)[1];
  const vector = (coefficient: Value): Value =>
    graph.expand(graph.reshape(coefficient, [coefficient.shape[0] ?? 1]), [channels]);
  const filter = graph.reshape(vector(scale ?? graph.scalar(1)), [channels, 1, 1, 1]);
  const attributes = { group: channels, kernel_shape: [1, 1], ...activation };
  return blockedConv(graph, x, filter, bias && vector(bias), sum, attributes, x.shape);
}

/**
 * The layout of ONNX Runtime's fastest convolutions on a CPU: channels in blocks of one vector register,
 * [N, C / block, H, W, block] in memory. The number of channels is a multiple of the block.
 */
export function blockedSpace(block: number): ImageSpace {
  /** x as [parts, 1, rows, W] with one channel of some rows in each part, of as many pixels as one sum may have. */
  const inParts = (x: Value): ImageShape => {
    const [batch, channels, height, width] = shapeOf(x);
    let rows = height;
    while (rows * width > SUMMED_IN_SEQUENCE && rows > 1) rows = largestDivisor(height, rows - 1);
    return [(batch * channels * height) / rows, 1, rows, width];
  };
  /** One number for each part, to one for each channel of x: [C]. */
  const sumOfParts = (graph: GraphBuilder, sums: Value, x: Value): Value => {
    const [batch, channels] = shapeOf(x);
    const parts = sizeOf(sums.shape) / (batch * channels);
    if (parts === 1) {
      const perImage = sums.shape[0] === batch ? sums : graph.reshape(sums, [batch, channels]);
      return graph.reduce("ReduceSum", perImage, [0, 2, 3].slice(0, perImage.shape.length - 1));
    }
    const blocks = graph.reshape(sums, [batch, channels / block, parts, block]);
    return graph.reshape(graph.reduce("ReduceSum", blocks, [0, 2]), [channels]);
  };
  const reorderInput = (
    graph: GraphBuilder,
    x: Value,
    shape: readonly number[],
    channelsLast: 0 | 1,
  ): Value =>
    graph.op("ReorderInput", [x], { channels_last: channelsLast }, { shape, dtype: "float32" }, DOMAIN);
  const reorderOutput = (
    graph: GraphBuilder,
    x: Value,
    shape: readonly number[],
    channelsLast: 0 | 1,
  ): Value => {
    const attributes = { channels: shapeOf(x)[1], channels_last: channelsLast };
    return graph.op("ReorderOutput", [x], attributes, { shape, dtype: "float32" }, DOMAIN);
  };

  /** What x was before it entered this layout, when it just did from the given one. */
  const entered = ({ producer }: Value, channelsLast: 0 | 1): Value | undefined =>
    producer?.opType === "ReorderInput" && producer.attributes["channels_last"] === channelsLast
      ? producer.inputs[0]
      : undefined;

  return {
    enter(graph, x) {
      const [batch, height, width, channels] = shapeOf(x);
      const shape = [batch, channels, height, width];
      const left = leftBlocks(x);
      // The pixels of a single image lie in one row, whatever its height and width.
      const isSame =
        left &&
        (sameShape(left.shape, shape) || (batch === 1 && left.shape[0] === 1 && left.shape[1] === channels));
      return isSame ? graph.reshape(left, shape) : reorderInput(graph, x, shape, 1);
    },
    enterChannelsFirst: (graph, x) => reorderInput(graph, x, x.shape, 0),
    leave(graph, x) {
      const [batch, channels, height, width] = shapeOf(x);
      const source = entered(x, 1);
      if (source) return source;
      return reorderOutput(graph, x, [batch, height, width, channels], 1);
    },
    leaveChannelsFirst: (graph, x) => entered(x, 0) ?? reorderOutput(graph, x, x.shape, 0),

    combine(graph, terms, bias) {
      const plain = terms.filter(({ scale }) => !scale).map(({ base }) => base);
      const scaled = terms.filter((term): term is Term & { scale: Value } => term.scale !== undefined);
      let total = plain.length > 0 ? plain.reduce((sum, base) => graph.add(sum, base)) : undefined;
      let offset = bias;
      for (const { base, scale } of scaled) {
        total = depthwise(graph, base, scale, offset, total);
        offset = undefined;
      }
      return offset ? depthwise(graph, total as Value, undefined, offset, undefined) : (total as Value);
    },

    sum(graph, x) {
      const [parts, , height, width] = inParts(x);
      const all = x.shape[0] as number;
      const means = graph.op(
        "GlobalAveragePool",
        [graph.reshape(x, [all, parts / all, height, width])],
        {},
        { shape: [all, parts / all, 1, 1], dtype: "float32" },
        DOMAIN,
      );
      return graph.mul(sumOfParts(graph, means, x), graph.scalar(height * width));
    },

    dot(graph, x, y) {
      // Each channel of each image is convolved with the other image's: one output, no other channel.
      const [parts, , height, width] = inParts(x);
      const image = graph.reshape(x, [1, parts, height, width]);
      const filter = graph.reshape(y, [parts, 1, height, width]);
      const attributes = { group: parts, kernel_shape: [height, width] };
      const products = blockedConv(graph, image, filter, undefined, undefined, attributes, [1, parts, 1, 1]);
      return sumOfParts(graph, products, x);
    },

    slope: (graph, x, alpha) =>
      depthwise(graph, x, graph.scalar(STEEP), undefined, undefined, {
        activation: "Clip",
        activation_params: floats([alpha, 1]),
      }),
  };
}
