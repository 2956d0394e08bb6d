import type { GraphBuilder } from "../graph/builder.js";
import { float, type Value } from "../graph/types.js";
import { clip } from "./elementwise.js";

/** The results of leaky ReLUs in graphs being written, by their input. */
const results = new WeakMap<Value, { readonly y: Value; readonly alpha: number }>();

/** Tells later lowerings that y = leakyRelu(x) is part of the graph. */
export function rememberLeakyRelu(x: Value, y: Value, alpha: number): void {
  results.set(x, { y, alpha });
}

/** Steeper than any slope that a positive normal number needs to reach 1. */
const STEEP = 3.4e38;

/**
 * 1 where x > 0, alpha in [0, 1] elsewhere, NaN for NaN; without a comparison, a cast or Where.
 * For alpha 0 one pass, max(0, min(1, 3.4e38 · x)), in which positive subnormals below 3e-39 stay under 1.
 * Otherwise x is rounded up, which makes everything positive at least 1, and limited to [alpha, 1].
 */
export function stepMask(graph: GraphBuilder, x: Value, alpha: number): Value {
  const image = graph.slope(x, alpha);
  if (image) return image;
  if (alpha === 0) return graph.unary("HardSigmoid", x, { alpha: float(STEEP), beta: float(0) });
  return clip(graph, graph.unary("Ceil", x), alpha, 1);
}

/**
 * The gradient of leaky ReLU, which tfjs writes as `where(x > 0, dy, dy · alpha)`, as dy · mask with the mask
 * from leaky ReLU's result: y > 0 just where x > 0, so x itself need not be kept. Undefined when the three
 * operands of Select are not that gradient.
 */
export function leakyReluGradient(
  graph: GraphBuilder,
  condition: Value,
  t: Value,
  e: Value,
): Value | undefined {
  const comparison = condition.producer;
  const product = e.producer;
  if (comparison?.opType !== "Greater" || product?.opType !== "Mul") return undefined;
  const [x, threshold] = comparison.inputs as [Value, Value];
  const known = results.get(x);
  if (!known || threshold.constant?.splat !== 0) return undefined;
  if (!(known.alpha > 0 && known.alpha <= 1)) return undefined;
  const [left, right] = product.inputs as [Value, Value];
  const factor = left === t ? right : right === t ? left : undefined;
  if (factor?.constant?.splat !== Math.fround(known.alpha)) return undefined;
  return graph.mul(t, stepMask(graph, known.y, known.alpha));
}
