import type { BinaryOp, GraphBuilder } from "./builder.js";
import { broadcastShapes, sameShape, sizeOf } from "./shapes.js";
import type { Shape, Value } from "./types.js";

/** The sum of two tensors that were both transposed, reshaped or brought to NHWC alike, done before that: one move for two. */
export function beforeMove(
  graph: GraphBuilder,
  opType: "Add" | "Sub",
  a: Value,
  b: Value,
): Value | undefined {
  const [first, second] = [a.producer, b.producer];
  if (graph.without.has("moves") || !first || !second || first.opType !== second.opType || a === b)
    return undefined;
  const [x, y] = [first.inputs[0] as Value, second.inputs[0] as Value];
  if (!sameShape(a.shape, b.shape) || !sameShape(x.shape, y.shape)) return undefined;
  if (first.opType === "Reshape") return graph.reshape(graph.binary(opType, x, y), a.shape);
  if (
    first.opType === "ReorderOutput" &&
    first.attributes["channels_last"] === second.attributes["channels_last"]
  ) {
    const sum = graph.binary(opType, x, y);
    return graph.op(
      "ReorderOutput",
      [sum],
      first.attributes,
      { shape: a.shape, dtype: a.dtype },
      first.domain,
    );
  }
  if (first.opType !== "Transpose") return undefined;
  const permutation = first.attributes["perm"] as readonly number[];
  if (!sameShape(permutation, second.attributes["perm"] as readonly number[])) return undefined;
  return graph.transpose(graph.binary(opType, x, y), permutation);
}

/** What a vector was before it was reshaped: numbers of channels meet in one shape, not in each of their own. */
export function beforeReshape(graph: GraphBuilder, x: Value): Value | undefined {
  const reshape = x.producer;
  if (reshape?.opType !== "Reshape" || graph.without.has("moves") || x.dtype !== "float32") return undefined;
  const source = reshape.inputs[0] as Value;
  return source.shape.length === 1 && !source.virtual ? source : undefined;
}

/** An operator of vectors that were reshaped alike, or of one and a number, done before that. */
export function binaryBeforeReshape(
  graph: GraphBuilder,
  opType: BinaryOp,
  a: Value,
  b: Value,
  shape: Shape,
): Value | undefined {
  const [x, y] = [beforeReshape(graph, a), beforeReshape(graph, b)];
  const isNumber = (value: Value): boolean => sizeOf(value.shape) === 1;
  const number = (value: Value): Value => graph.reshape(value, []);
  if (x && y && sameShape(a.shape, b.shape)) return graph.reshape(graph.binary(opType, x, y), shape);
  if (x && !isNumber(a) && isNumber(b) && sameShape(a.shape, shape))
    return graph.reshape(graph.binary(opType, x, number(b)), shape);
  if (y && !isNumber(b) && isNumber(a) && sameShape(b.shape, shape))
    return graph.reshape(graph.binary(opType, number(a), y), shape);
  return undefined;
}

/** x · c · d as x · (c · d), x / 2ⁿ as x · 2⁻ⁿ, and a ± −b as a ∓ b; undefined where nothing is simpler. */
export function simplified(
  graph: GraphBuilder,
  opType: BinaryOp,
  a: Value,
  b: Value,
  shape: Shape,
): Value | undefined {
  if (a.dtype !== "float32" || graph.without.has("moves")) return undefined;
  const negated = (value: Value): Value | undefined =>
    value.producer?.opType === "Neg" ? (value.producer.inputs[0] as Value) : undefined;
  if (opType === "Add" || opType === "Sub") {
    const opposite = opType === "Add" ? "Sub" : "Add";
    const minusB = negated(b);
    if (minusB) return graph.binary(opposite, a, minusB);
    const minusA = opType === "Add" ? negated(a) : undefined;
    return minusA && graph.binary("Sub", b, minusA);
  }
  const divisor = opType === "Div" ? b.constant?.splat : undefined;
  // A power of two, by which multiplying is exact too, and joins other factors.
  if (
    divisor !== undefined &&
    Math.abs(Math.log2(Math.abs(divisor))) <= 100 &&
    Number.isInteger(Math.log2(Math.abs(divisor)))
  )
    return graph.mul(a, graph.fill("float32", b.shape, 1 / divisor));
  if (opType !== "Mul") return undefined;
  const [factor, product] = a.constant?.splat !== undefined ? [a, b] : [b, a];
  const first = factor.constant?.splat;
  const node = product.producer;
  if (first === undefined || !sameShape(product.shape, shape)) return undefined;
  if (node?.opType === "Neg") return graph.mul(node.inputs[0] as Value, graph.scalar(-first));
  if (node?.opType !== "Mul") return undefined;
  const [left, right] = node.inputs as readonly [Value, Value];
  const [known, rest] = left.constant?.splat !== undefined ? [left, right] : [right, left];
  const both = first * (known.constant?.splat ?? Number.NaN);
  // What would be lost at the ends of the range stays in two steps.
  if (!(Math.abs(both) > 1e-30 && Math.abs(both) < 1e30) || !sameShape(rest.shape, shape)) return undefined;
  return graph.mul(rest, graph.scalar(Math.fround(both)));
}

/** A splat as the smallest tensor that still broadcasts with `other` to the same shape. */
export function shrunk(graph: GraphBuilder, value: Value, other: Shape): Value {
  const splat = value.constant?.splat;
  if (splat === undefined || value.shape.length === 0) return value;
  const keeps = sameShape(broadcastShapes(value.shape, other), other);
  return keeps ? graph.fill(value.dtype, [], splat) : value;
}
