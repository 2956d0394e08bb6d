import type { GraphBuilder } from "../graph/builder.js";
import type { Value } from "../graph/types.js";

type FilterShape = readonly [number, number, number, number];

/** Channels that ONNX Runtime's blocked convolution reads straight from NCHW: fewer than a block. */
export function readsPlain(graph: GraphBuilder, channels: number): boolean {
  return graph.images.block !== undefined && channels < graph.images.block;
}

/** A filter HWIO with O in blocks: [O / block, kh · kw · I, block] in memory. */
function blockedColumns(graph: GraphBuilder, filter: Value): Value {
  const [height, width, inner, outer] = filter.shape as unknown as FilterShape;
  const asImage = graph.reshape(filter, [1, height * width * inner, 1, outer]);
  return graph.images.spaceOf(outer).enter(graph, asImage);
}

/** Tiles of a filter HWIO in which I and O change places: [O / block, kh, kw, I / block, block · block], I innermost. */
function turnedTiles(graph: GraphBuilder, filter: Value): Value {
  const [height, width, inner, outer] = filter.shape as unknown as FilterShape;
  const block = graph.images.block as number;
  const rows = (outer / block) * height * width;
  const plain = graph.reshape(blockedColumns(graph, filter), [rows, inner, 1, block]);
  const tiles = graph.images.spaceOf(inner).enterChannelsFirst(graph, plain);
  return graph.reshape(tiles, [outer / block, height, width, inner / block, block * block]);
}

/**
 * A filter HWIO for the blocked convolution of its input's gradient: [I / block, O / block, kh, kw, block · block],
 * I innermost.
 */
export const turnedFilter = (graph: GraphBuilder, filter: Value): Value =>
  graph.transpose(turnedTiles(graph, filter), [3, 0, 1, 2, 4]);

/**
 * {@link turnedFilter}'s taps dealt out by their place modulo the stride, backwards: for every row and column of
 * that place one after the other a filter declared as [I, O, kh / vertical, kw / horizontal].
 *
 * @param vertical and `horizontal`: strides that divide the filter's height and width
 */
export function turnedPhases(
  graph: GraphBuilder,
  filter: Value,
  vertical: number,
  horizontal: number,
): readonly Value[] {
  const [height, width, inner, outer] = filter.shape as unknown as FilterShape;
  const block = graph.images.block as number;
  const [high, wide] = [height / vertical, width / horizontal];
  const tiles = graph.reshape(turnedTiles(graph, filter), [
    outer / block,
    high,
    vertical,
    wide,
    horizontal,
    inner / block,
    block * block,
  ]);
  // [vertical, horizontal, I / block, O / block, high, wide, block · block]
  const dealt = graph.transpose(tiles, [2, 4, 5, 0, 1, 3, 6]);
  const backwards = graph.slice(dealt, [4, 5], [high - 1, wide - 1], [-1, -1], [-1, -1]);
  const phases = vertical * horizontal;
  return graph.split(graph.reshape(backwards, [phases * inner, outer, high, wide]), phases, 0);
}

/** A filter HWIO for the blocked convolution: [O, I, kh, kw] declared. */
export function blockedFilter(graph: GraphBuilder, filter: Value): Value {
  const [height, width, inner, outer] = filter.shape as unknown as FilterShape;
  const block = graph.images.block as number;
  const blocked = blockedColumns(graph, filter);
  if (readsPlain(graph, inner)) {
    const rows = graph.reshape(blocked, [outer / block, height * width, inner, block]);
    return graph.reshape(graph.transpose(rows, [0, 2, 1, 3]), [outer, inner, height, width]);
  }
  const tiled = graph.reshape(blocked, [outer / block, height * width, inner / block, block * block]);
  return graph.reshape(graph.transpose(tiled, [0, 2, 1, 3]), [outer, inner, height, width]);
}

/** A depthwise filter [kh, kw, C, 1] for the blocked convolution in C groups: [C, 1, kh, kw] declared. */
export function depthwiseBlocks(graph: GraphBuilder, filter: Value): Value {
  const [height, width, channels] = filter.shape as unknown as FilterShape;
  const asImage = graph.reshape(filter, [1, height * width, 1, channels]);
  return graph.reshape(graph.images.spaceOf(channels).enter(graph, asImage), [channels, 1, height, width]);
}
