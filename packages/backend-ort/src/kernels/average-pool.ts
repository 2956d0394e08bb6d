import type { GraphBuilder } from "../graph/builder.js";
import { range, sizeOf } from "../graph/shapes.js";
import type { Value } from "../graph/types.js";
import { applySeparable, axisMap } from "./separable.js";
import { poolImage, spatially } from "./spatial.js";
import {
  cropSkipped,
  ofWindows,
  onnxPads,
  padsWithinWindow,
  toChannelsFirst,
  toChannelsLast,
  type WindowAxis,
} from "./windows.js";

/** Every pair of an output and an input element that its window covers, along one axis. */
function tapsOf(axis: WindowAxis): (readonly [output: number, input: number])[] {
  return range(axis.output).flatMap((output) =>
    range(axis.filter)
      .map((tap) => [output, output * axis.stride - axis.before + tap] as const)
      .filter(([, input]) => input >= 0 && input < axis.input),
  );
}

/** How many elements each window of one axis covers. */
function coverage(axis: WindowAxis): number[] {
  const counts = range(axis.output).map(() => 0);
  for (const [output] of tapsOf(axis)) counts[output] = (counts[output] as number) + 1;
  return counts;
}

/** AveragePool of a volume [N, ...spatial, C]. */
function poolVolume(graph: GraphBuilder, x: Value, axes: readonly WindowAxis[]): Value {
  const shape = [x.shape[0] as number, x.shape.at(-1) as number, ...axes.map((axis) => axis.output)];
  const attributes = {
    kernel_shape: axes.map((axis) => axis.filter),
    strides: axes.map((axis) => axis.stride),
    pads: onnxPads(axes),
  };
  const pooled = graph.op("AveragePool", [toChannelsFirst(graph, x)], attributes, {
    shape,
    dtype: "float32",
  });
  return toChannelsLast(graph, pooled);
}

/** Whether the windows lie side by side and cover the input without padding. */
const isTiled = (axes: readonly WindowAxis[]): boolean =>
  axes.every((axis) => axis.stride === axis.filter && axis.before === 0 && axis.after === 0);

/** [M, ...outputs · filter, c] → [M, (output, filter) for each axis, c] */
function splitTiles(graph: GraphBuilder, x: Value, axes: readonly WindowAxis[]): Value {
  const tiles = axes.flatMap((axis) => [axis.output, axis.filter]);
  return graph.reshape(x, [x.shape[0] as number, ...tiles, x.shape.at(-1) as number]);
}

/**
 * Means of the windows of x [N, ...spatial, C] over the elements that are not padding.
 * @param empty the mean of a window that lies in the padding altogether
 */
export function averagePool(
  graph: GraphBuilder,
  x: Value,
  axes: readonly WindowAxis[],
  empty: number,
): Value {
  if (!x.virtual && isTiled(axes)) {
    const within = axes.map((_, index) => 2 * index + 2);
    return graph.reduce("ReduceMean", splitTiles(graph, x, axes), within);
  }
  const cropped = cropSkipped(graph, x, axes, 1);
  if (padsWithinWindow(cropped.axes)) {
    return axes.length === 2
      ? poolImage(graph, "AveragePool", cropped.x, cropped.axes)
      : poolVolume(graph, cropped.x, cropped.axes);
  }
  // ONNX refuses padding as large as the window; the means are products of means along each axis.
  const counts = axes.map(coverage);
  const maps = axes.map((axis, index) =>
    axisMap(
      axis.input,
      axis.output,
      tapsOf(axis).map(
        ([output, input]) => [output, input, 1 / (counts[index]?.[output] as number)] as const,
      ),
    ),
  );
  const means = applySeparable(graph, x, maps);
  if (empty === 0) return means;
  const seen = counts.reduce((outer, inner) => outer.flatMap((a) => inner.map((b) => a * b)), [1]);
  const missing = seen.map((count) => (count === 0 ? empty : 0));
  return graph.add(means, graph.tensor(missing, [1, ...axes.map((axis) => axis.output), 1]));
}

/**
 * The gradient in x [N, ...spatial, C]: every dy, divided by the window's full size, spread over its window.
 * That is tfjs's rule; where a window reaches into padding it differs from the mean's true gradient.
 */
export function averagePoolGradient(graph: GraphBuilder, dy: Value, axes: readonly WindowAxis[]): Value {
  const used = ofWindows(graph, dy, axes);
  if (isTiled(axes)) {
    const scaled = graph.affine(used, 1 / sizeOf(axes.map((axis) => axis.filter)), 0);
    return spatially(graph, scaled, (rows) => repeatTiles(graph, rows, axes));
  }
  const maps = axes.map((axis) =>
    axisMap(
      axis.output,
      axis.input,
      tapsOf(axis).map(([output, input]) => [input, output, 1 / axis.filter] as const),
    ),
  );
  return applySeparable(graph, used, maps);
}

/** Every element of x [M, ...outputs, c] over the whole of its tile: [M, ...outputs · filter, c]. */
function repeatTiles(graph: GraphBuilder, x: Value, axes: readonly WindowAxis[]): Value {
  const [outer, inner] = [x.shape[0] as number, x.shape.at(-1) as number];
  const separate = graph.reshape(x, [outer, ...axes.flatMap((axis) => [axis.output, 1]), inner]);
  const tiles = axes.flatMap((axis) => [axis.output, axis.filter]);
  const spread = graph.expand(separate, [outer, ...tiles, inner]);
  return graph.reshape(spread, [outer, ...axes.map((axis) => axis.input), inner]);
}
