import type { GraphBuilder } from "../graph/builder.js";
import type { Value } from "../graph/types.js";

/**
 * Channels that are joined in front of a convolution and taken apart behind its gradient (labels, noise, skip
 * connections) fill no whole blocks together, though the images do that are joined. So convolutions take the
 * parts one by one, each with its part of the filter.
 */

/** Images that were joined along their channels, by the result. */
const joined = new WeakMap<Value, readonly Value[]>();

/** For images that can be made in parts: how to make some of their channels. */
const divisible = new WeakMap<Value, (first: number, end: number) => Value>();

/** Tells later lowerings what `result` was joined from, along the channels. */
export function rememberJoined(result: Value, parts: readonly Value[]): void {
  joined.set(result, parts);
}

/** Tells later lowerings that some of the result's channels can be had without the others. */
export function rememberDivisible(result: Value, make: (first: number, end: number) => Value): Value {
  divisible.set(result, make);
  return result;
}

/** Channels [first, end) of x, made by themselves; undefined where they cannot be or had better not. */
export function makeChannels(graph: GraphBuilder, x: Value, first: number, end: number): Value | undefined {
  const { images } = graph;
  const asWhole = images.block === undefined || images.isBlocked(x.shape[3] as number);
  return asWhole || graph.without.has("joined") ? undefined : divisible.get(x)?.(first, end);
}

/** An image's part with its place among the channels. */
interface Part {
  readonly value: Value;
  readonly first: number;
  readonly end: number;
}

/** The parts of x [N, H, W, C], where they are better convolved apart: some fill blocks, all together do not. */
export function partsOfJoined(graph: GraphBuilder, x: Value): readonly Part[] | undefined {
  const { images } = graph;
  const parts = joined.get(x);
  if (!parts || graph.without.has("joined") || images.isBlocked(x.shape[3] as number)) return undefined;
  if (!parts.some(({ shape }) => images.isBlocked(shape[3] as number))) return undefined;
  let next = 0;
  return parts.map((value) => {
    const first = next;
    next += value.shape[3] as number;
    return { value, first, end: next };
  });
}

/** The sum over x's parts of what `convolve` makes of each with its channels of the filter; `axis` is theirs. */
export function overParts(
  graph: GraphBuilder,
  x: Value,
  filter: Value,
  axis: 2 | 3,
  convolve: (x: Value, filter: Value) => Value,
): Value {
  const parts = partsOfJoined(graph, x);
  if (!parts) return convolve(x, filter);
  return parts
    .map(({ value, first, end }) => convolve(value, graph.slice(filter, [axis], [first], [end])))
    .reduce((sum, part) => graph.add(sum, part));
}
