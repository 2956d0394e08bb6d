import type { GraphBuilder } from "../graph/builder.js";
import { sizeOf } from "../graph/shapes.js";
import type { Value } from "../graph/types.js";
import { spatially } from "./spatial.js";

/** A linear map of one axis: row-major weights [outputs, inputs]. */
export interface AxisMap {
  readonly inputs: number;
  readonly outputs: number;
  readonly weights: Float32Array;
}

/** Builds a map from its entries; entries at the same place add up. */
export function axisMap(
  inputs: number,
  outputs: number,
  entries: Iterable<readonly [output: number, input: number, weight: number]>,
): AxisMap {
  const weights = new Float64Array(outputs * inputs);
  for (const [output, input, weight] of entries) {
    const index = output * inputs + input;
    weights[index] = (weights[index] as number) + weight;
  }
  return { inputs, outputs, weights: Float32Array.from(weights) };
}

/** The map's adjoint, which carries gradients back: weights with rows and columns swapped. */
export function adjoint({ inputs, outputs, weights }: AxisMap): AxisMap {
  const swapped = weights.map((_, index) => {
    const input = Math.floor(index / outputs);
    return weights[(index % outputs) * inputs + input] as number;
  });
  return { inputs: outputs, outputs: inputs, weights: swapped };
}

function isIdentity({ inputs, outputs, weights }: AxisMap): boolean {
  return (
    inputs === outputs && weights.every((weight, index) => weight === (index % (inputs + 1) === 0 ? 1 : 0))
  );
}

/** Applies the map to one axis of x: a matrix product with everything behind that axis as columns. */
function applyAxisMap(graph: GraphBuilder, x: Value, axis: number, map: AxisMap): Value {
  if (isIdentity(map)) return x;
  const before = x.shape.slice(0, axis);
  const after = x.shape.slice(axis + 1);
  if (sizeOf(after) === 1) {
    const { weights } = adjoint(map);
    const rows = graph.reshape(x, [sizeOf(before), map.inputs]);
    const product = graph.matmul(rows, graph.constant("float32", [map.inputs, map.outputs], weights));
    return graph.reshape(product, [...before, map.outputs, ...after]);
  }
  const matrix = graph.constant("float32", [map.outputs, map.inputs], map.weights);
  const columns = graph.reshape(x, [sizeOf(before), map.inputs, sizeOf(after)]);
  return graph.reshape(graph.matmul(matrix, columns), [...before, map.outputs, ...after]);
}

/**
 * Applies one map per spatial axis of x [N, ...spatial, C], the most shrinking first so that the
 * others have less to do.
 */
export function applySeparable(graph: GraphBuilder, x: Value, maps: readonly AxisMap[]): Value {
  const ordered = maps
    .map((map, index) => ({ map, axis: index + 1 }))
    .sort((a, b) => a.map.outputs / a.map.inputs - b.map.outputs / b.map.inputs);
  return spatially(graph, x, (rows) =>
    ordered.reduce((value, { map, axis }) => applyAxisMap(graph, value, axis, map), rows),
  );
}
