import { expect, it } from "vitest";
import { blockedFilter } from "../kernels/blocked-filter.js";
import { GraphBuilder } from "./builder.js";
import { layUpdates } from "./lay-updates.js";
import { operators } from "./run-graph.test-helper.js";
import type { Value } from "./types.js";

const SHAPE = [4, 4, 32, 64];

/** A filter that is read by a convolution and moved by a gradient that comes from blocks. */
function createUpdate(block: number | undefined) {
  const graph = new GraphBuilder(8);
  const filter = graph.input({ dtype: "float32", shape: SHAPE });
  const made = graph.input({ dtype: "float32", shape: [1, 64, 4, 128] });
  const gradient = graph.reshape(graph.images.spaceOf(64).leave(graph, made), SHAPE);
  const moved = graph.sub(filter, graph.mul(gradient, graph.scalar(0.5)));
  const readers = [filter, moved].map((value) => graph.copy(blockedFilter(graph, value)));
  const updates = [{ input: filter, output: moved }];
  const laid = block === undefined ? [] : layUpdates(graph, updates, [moved, ...readers]);
  return { graph, laid, readers, moved };
}

const countMoves = (values: readonly Value[]): number =>
  values.flatMap((value) => operators(value)).filter((type) => type.startsWith("Reorder")).length;

it("an update in blocks needs no tensor in tfjs's order, nor do its filter's readers", () => {
  const { laid, readers } = createUpdate(8);
  expect(laid).toHaveLength(1);
  expect(laid[0]?.input?.shape).toEqual([32768]);
  expect(countMoves([(laid[0] as { output: Value }).output, ...readers])).toBe(0);
  const without = createUpdate(undefined);
  expect(countMoves([without.moved, ...without.readers])).toBeGreaterThan(2);
});

it("a filter whose gradient does not come from blocks stays in tfjs's order", () => {
  const graph = new GraphBuilder(8);
  const [filter, gradient] = [0, 1].map(() => graph.input({ dtype: "float32", shape: SHAPE })) as [
    Value,
    Value,
  ];
  const moved = graph.sub(filter, graph.mul(gradient, graph.scalar(0.5)));
  expect(layUpdates(graph, [{ input: filter, output: moved }], [moved])).toEqual([]);
});
