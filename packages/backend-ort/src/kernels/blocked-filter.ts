import type { GraphBuilder } from "../graph/builder.js";
import type { Value } from "../graph/types.js";

type FilterShape = readonly [number, number, number, number];

/** Channels that ONNX Runtime's blocked convolution reads straight from NCHW: fewer than a block. */
export function readsPlain(graph: GraphBuilder, channels: number): boolean {
  return graph.images.block !== undefined && channels < graph.images.block;
}

/**
 * [rows, inner · block, columns] → [columns / block, rows, inner, block · block]: a filter [.., in, out] in
 * tiles of `block` × `block` channels, each a contiguous row.
 */
export function filterTiles(
  graph: GraphBuilder,
  filter: Value,
  rows: number,
  inner: number,
  outer: number,
  block: number,
): Value {
  const asImage = graph.reshape(filter, [1, rows * inner, 1, outer]);
  const blocked = graph.images.spaceOf(outer).enter(graph, asImage);
  return graph.reshape(blocked, [outer / block, rows, inner / block, block * block]);
}

/** A filter HWIO for the blocked convolution: [O, I, kh, kw] declared. */
export function blockedFilter(graph: GraphBuilder, filter: Value): Value {
  const [height, width, inner, outer] = filter.shape as unknown as FilterShape;
  const block = graph.images.block as number;
  if (readsPlain(graph, inner)) {
    const asImage = graph.reshape(filter, [1, height * width * inner, 1, outer]);
    const blocked = graph.images.spaceOf(outer).enter(graph, asImage);
    const rows = graph.reshape(blocked, [outer / block, height * width, inner, block]);
    return graph.reshape(graph.transpose(rows, [0, 2, 1, 3]), [outer, inner, height, width]);
  }
  const tiled = filterTiles(graph, filter, height * width, inner, outer, block);
  return graph.reshape(graph.transpose(tiled, [0, 2, 1, 3]), [outer, inner, height, width]);
}
