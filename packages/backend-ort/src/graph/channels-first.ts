import type { GraphBuilder } from "./builder.js";
import type { ImageSpace } from "./image-space.js";
import { float, type Value } from "./types.js";

/** Steeper than any slope that a positive normal number needs to reach 1. */
const STEEP = 3.4e38;

/** A coefficient [C] or [N · C] of x as [1, C, 1, 1] or [N, C, 1, 1]; [] stays. */
function perChannel(graph: GraphBuilder, coefficient: Value, x: Value): Value {
  const [length, channels] = [coefficient.shape[0], x.shape[1] as number];
  return length === undefined ? coefficient : graph.reshape(coefficient, [length / channels, channels, 1, 1]);
}

/** Plain NCHW and ONNX's standard operators: runs on every execution provider, for any number of channels. */
export const channelsFirst: ImageSpace = {
  enter: (graph, x) => graph.transpose(x, [0, 3, 1, 2]),
  enterChannelsFirst: (_graph, x) => x,
  leave: (graph, x) => graph.transpose(x, [0, 2, 3, 1]),
  leaveChannelsFirst: (_graph, x) => x,

  combine(graph, terms, bias) {
    let total: Value | undefined;
    for (const { base, scale } of terms) {
      const scaled = scale ? graph.mul(base, perChannel(graph, scale, base)) : base;
      total = total ? graph.add(total, scaled) : scaled;
    }
    return bias ? graph.add(total as Value, perChannel(graph, bias, total as Value)) : (total as Value);
  },

  sum: (graph, x) => graph.reduce("ReduceSum", x, [0, 2, 3]),
  dot: (graph, x, y) =>
    x === y
      ? graph.reduce("ReduceSumSquare", x, [0, 2, 3])
      : graph.reduce("ReduceSum", graph.mul(x, y), [0, 2, 3]),

  slope(graph, x, alpha) {
    if (alpha === 0) return graph.unary("HardSigmoid", x, { alpha: float(STEEP), beta: float(0) });
    const steep = graph.mul(x, graph.scalar(STEEP));
    return graph.op(
      "Clip",
      [steep, graph.scalar(alpha), graph.scalar(1)],
      {},
      { shape: x.shape, dtype: "float32" },
    );
  },
};
