import type { GraphBuilder } from "../graph/builder.js";
import { sizeOf } from "../graph/shapes.js";
import type { Value } from "../graph/types.js";
import { poolImage } from "./spatial.js";
import {
  cropSkipped,
  ofWindows,
  onnxPads,
  padsWithinWindow,
  toChannelsFirst,
  toChannelsLast,
  type WindowAxis,
} from "./windows.js";

/** Below every number that ONNX Runtime's MaxPool takes for a maximum, yet finite. */
const LOWEST = -3.4e38;

interface Prepared {
  /** [N, C, ...spatial] */
  readonly x: Value;
  readonly axes: readonly WindowAxis[];
  readonly pads: readonly number[];
}

/** Channels first, without skipped elements; padding as large as a window, which ONNX refuses, is written out. */
function prepare(graph: GraphBuilder, x: Value, axes: readonly WindowAxis[]): Prepared {
  const cropped = cropSkipped(graph, x, axes, 1);
  const pads = onnxPads(cropped.axes);
  const channelsFirst = toChannelsFirst(graph, cropped.x);
  if (padsWithinWindow(cropped.axes)) return { x: channelsFirst, axes: cropped.axes, pads };
  const padded = graph.pad(
    channelsFirst,
    [0, 0, ...pads.slice(0, axes.length)],
    [0, 0, ...pads.slice(axes.length)],
    LOWEST,
  );
  const grown = cropped.axes.map((axis) => ({
    ...axis,
    input: axis.input + axis.before + Math.max(0, axis.after),
    before: 0,
    after: Math.min(0, axis.after),
  }));
  return { x: padded, axes: grown, pads: pads.map(() => 0) };
}

function poolAttributes({ axes, pads }: Prepared): Record<string, readonly number[]> {
  return {
    kernel_shape: axes.map((axis) => axis.filter),
    strides: axes.map((axis) => axis.stride),
    pads,
  };
}

const pooledShape = ({ x, axes }: Prepared): number[] => [
  ...x.shape.slice(0, 2),
  ...axes.map((axis) => axis.output),
];

/** Maxima of the windows of x [N, ...spatial, C], padding left out. */
export function maxPool(graph: GraphBuilder, x: Value, axes: readonly WindowAxis[]): Value {
  const cropped = cropSkipped(graph, x, axes, 1);
  const small = padsWithinWindow(cropped.axes);
  if (small && axes.length === 2) return poolImage(graph, "MaxPool", cropped.x, cropped.axes);
  const prepared = prepare(graph, x, axes);
  const pooled = graph.op("MaxPool", [prepared.x], poolAttributes(prepared), {
    shape: pooledShape(prepared),
    dtype: "float32",
  });
  const lastAxes = toChannelsLast(graph, pooled);
  if (small) return lastAxes;
  // A window of padding alone has the maximum of nothing.
  const nothing = graph.compare("LessOrEqual", lastAxes, graph.scalar(LOWEST));
  return graph.where(nothing, graph.scalar(Number.NEGATIVE_INFINITY), lastAxes);
}

function reversed(graph: GraphBuilder, x: Value, axes: readonly WindowAxis[]): Value {
  const spatial = axes.map((_, index) => index + 1);
  return graph.slice(
    x,
    spatial,
    spatial.map((axis) => (x.shape[axis] as number) - 1),
    spatial.map(() => -1),
    spatial.map(() => -1),
  );
}

/**
 * The gradient in x [N, ...spatial, C]: every dy goes to one maximum of its window.
 * @param tie which of several equal maxima gets it, in the window's row-major order
 */
export function maxPoolGradient(
  graph: GraphBuilder,
  dy: Value,
  x: Value,
  axes: readonly WindowAxis[],
  tie: "first" | "last",
): Value {
  if (tie === "first") return firstMaximumGradient(graph, dy, x, axes);
  const mirrored = axes.map((axis) => ({ ...axis, before: axis.after, after: axis.before }));
  const gradient = firstMaximumGradient(
    graph,
    reversed(graph, ofWindows(graph, dy, axes), axes),
    reversed(graph, x, axes),
    mirrored,
  );
  return reversed(graph, gradient, axes);
}

function firstMaximumGradient(graph: GraphBuilder, dy: Value, x: Value, axes: readonly WindowAxis[]): Value {
  const prepared = prepare(graph, x, axes);
  const shape = pooledShape(prepared);
  const [, indices] = graph.ops("MaxPool", [prepared.x], poolAttributes(prepared), [
    { shape, dtype: "float32" },
    { shape, dtype: "int64" },
  ]) as readonly [Value, Value];
  const size = [sizeOf(prepared.x.shape)];
  const count = [sizeOf(shape)];
  const scattered = graph.op(
    "ScatterElements",
    [
      graph.fill("float32", size, 0),
      graph.reshape(indices, count),
      graph.reshape(toChannelsFirst(graph, ofWindows(graph, dy, axes)), count),
    ],
    { axis: 0, reduction: "add" },
    { shape: size, dtype: "float32" },
  );
  const gradient = graph.reshape(scattered, prepared.x.shape);
  return toChannelsLast(graph, uncrop(graph, gradient, prepared, axes));
}

/** From the prepared input's size back to x's: written-out padding is cut off, skipped elements get zeros. */
function uncrop(
  graph: GraphBuilder,
  gradient: Value,
  { axes: prepared }: Prepared,
  axes: readonly WindowAxis[],
): Value {
  const shifts = axes.map((axis, index) => {
    const size = (prepared[index] as WindowAxis).input;
    // Where x's first element lies in the prepared input, and where its last one ends.
    const start = axis.before - (prepared[index] as WindowAxis).before;
    return { size, start, end: start + axis.input };
  });
  const spatial = axes.map((_, index) => index + 2);
  const cut = graph.slice(
    gradient,
    spatial,
    shifts.map(({ start }) => Math.max(0, start)),
    shifts.map(({ size, end }) => Math.min(size, end)),
  );
  return graph.pad(
    cut,
    [0, 0, ...shifts.map(({ start }) => Math.max(0, -start))],
    [0, 0, ...shifts.map(({ size, end }) => Math.max(0, end - size))],
  );
}
