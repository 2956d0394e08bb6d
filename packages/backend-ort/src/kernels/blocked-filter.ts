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

/**
 * A filter HWIO for the blocked convolution of its input's gradient, where I and O change places:
 * [I / block, O / block, kh, kw, block · block] with I innermost.
 */
export function turnedFilter(graph: GraphBuilder, filter: Value): Value {
  const [height, width, inner, outer] = filter.shape as unknown as FilterShape;
  const block = graph.images.block as number;
  const rows = (outer / block) * height * width;
  const plain = graph.reshape(blockedColumns(graph, filter), [rows, inner, 1, block]);
  const tiles = graph.images.spaceOf(inner).enterChannelsFirst(graph, plain);
  const tiled = graph.reshape(tiles, [outer / block, height, width, inner / block, block * block]);
  return graph.transpose(tiled, [3, 0, 1, 2, 4]);
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
