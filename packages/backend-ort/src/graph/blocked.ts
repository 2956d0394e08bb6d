import type { GraphBuilder } from "./builder.js";
import type { ImageSpace } from "./image-space.js";
import type { Term } from "./linear.js";
import { type Attributes, floats, type Value } from "./types.js";

/** Operators of ONNX Runtime's CPU provider on blocked images. */
const DOMAIN = "com.microsoft.nchwc";

const STEEP = 3.4e38;

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
  /** [N, C / block, H · W, block] */
  const matrices = (graph: GraphBuilder, x: Value): Value => {
    const [batch, channels, height, width] = shapeOf(x);
    return graph.reshape(x, [batch, channels / block, height * width, block]);
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

  return {
    enter(graph, x) {
      const [batch, height, width, channels] = shapeOf(x);
      return reorderInput(graph, x, [batch, channels, height, width], 1);
    },
    enterChannelsFirst: (graph, x) => reorderInput(graph, x, x.shape, 0),
    leave(graph, x) {
      const [batch, channels, height, width] = shapeOf(x);
      return reorderOutput(graph, x, [batch, height, width, channels], 1);
    },
    leaveChannelsFirst: (graph, x) => reorderOutput(graph, x, x.shape, 0),

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
      const [batch, channels, height, width] = shapeOf(x);
      const ones = graph.fill("float32", [1, height * width], 1);
      const sums = graph.matmul(ones, matrices(graph, x));
      return graph.reduce("ReduceSum", graph.reshape(sums, [batch, channels]), [0]);
    },

    dot(graph, x, y) {
      const [batch, channels] = shapeOf(x);
      // All products of a block's channels, of which the diagonal is wanted: still the fastest way.
      const products = graph.op(
        "FusedMatMul",
        [matrices(graph, x), matrices(graph, y)],
        { transA: 1 },
        { shape: [batch, channels / block, block, block], dtype: "float32" },
        "com.microsoft",
      );
      const identity = Array.from({ length: block * block }, (_, index) => Number(index % (block + 1) === 0));
      const diagonal = graph.mul(products, graph.tensor(identity, [block, block]));
      return graph.reshape(graph.reduce("ReduceSum", diagonal, [0, 3]), [channels]);
    },

    slope: (graph, x, alpha) =>
      depthwise(graph, x, graph.scalar(STEEP), undefined, undefined, {
        activation: "Clip",
        activation_params: floats([alpha, 1]),
      }),
  };
}
