import type { GraphBuilder } from "../graph/builder.js";
import { range, sizeOf } from "../graph/shapes.js";
import type { Value } from "../graph/types.js";
import { applySeparable, axisMap } from "./separable.js";
import {
  cropSkipped,
  ofWindows,
  onnxPads,
  padsWithinWindow,
  toChannelsFirst,
  toChannelsLast,
  type WindowAxis,
} from "./windows.js";

const spatialAxes = (axes: readonly WindowAxis[]): number[] => range(axes.length).map((index) => index + 1);

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

function pool(graph: GraphBuilder, x: Value, axes: readonly WindowAxis[], pads: readonly number[]): Value {
  const shape = [x.shape[0] as number, x.shape[1] as number, ...axes.map((axis) => axis.output)];
  const attributes = {
    kernel_shape: axes.map((axis) => axis.filter),
    strides: axes.map((axis) => axis.stride),
    pads,
    count_include_pad: 0,
  };
  return graph.op("AveragePool", [x], attributes, { shape, dtype: "float32" });
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
  if (axes.every((axis) => axis.output === 1 && axis.filter === axis.input && axis.before === 0)) {
    return graph.reduce("ReduceMean", x, spatialAxes(axes), true);
  }
  const cropped = cropSkipped(graph, x, axes, 1);
  if (padsWithinWindow(cropped.axes)) {
    return toChannelsLast(
      graph,
      pool(graph, toChannelsFirst(graph, cropped.x), cropped.axes, onnxPads(cropped.axes)),
    );
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
  const tiled = axes.every((axis) => axis.stride === axis.filter && axis.before === 0 && axis.after === 0);
  if (!tiled) {
    const maps = axes.map((axis) =>
      axisMap(
        axis.output,
        axis.input,
        tapsOf(axis).map(([output, input]) => [input, output, 1 / axis.filter] as const),
      ),
    );
    return applySeparable(graph, used, maps);
  }
  const [batch, channels] = [used.shape[0] as number, used.shape.at(-1) as number];
  const scaled = graph.affine(used, 1 / sizeOf(axes.map((axis) => axis.filter)), 0);
  const separate = graph.reshape(scaled, [batch, ...axes.flatMap((axis) => [axis.output, 1]), channels]);
  const spread = graph.expand(separate, [
    batch,
    ...axes.flatMap((axis) => [axis.output, axis.filter]),
    channels,
  ]);
  return graph.reshape(spread, [batch, ...axes.map((axis) => axis.input), channels]);
}
