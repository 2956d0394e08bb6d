import { blockedConv } from "../graph/blocked.js";
import type { GraphBuilder } from "../graph/builder.js";
import type { Value } from "../graph/types.js";
import { blockedFilter, readsPlain } from "./blocked-filter.js";
import { coveredBy, padMissed, scatterAttributes } from "./convolution-lowering.js";
import { convolveByPhases } from "./convolution-phases.js";
import { cropSkipped, ofWindows, onnxPads, type WindowAxis } from "./windows.js";

/**
 * Convolutions of images, forward and backward, in the layouts of `graph/images.ts`: blocked where the
 * numbers of channels allow it, plain NCHW otherwise. Filters are HWIO, as tfjs has them.
 */

type Axes = readonly WindowAxis[];
type FilterShape = readonly [number, number, number, number];

const sizes = (axes: Axes): number[] => axes.map((axis) => axis.output);

/** Convolution of x [N, H, W, I] with a filter HWIO: [N, H', W', O]. */
export function convolveImage(graph: GraphBuilder, x: Value, filter: Value, axes: Axes): Value {
  const { images } = graph;
  const inner = x.shape[3] as number;
  const outer = filter.shape[3] as number;
  const whole = axes.every((axis) => axis.before >= 0 && -axis.after < axis.stride);
  const cropped = whole ? { x, axes } : cropSkipped(graph, x, axes, 1);
  const attributes = {
    kernel_shape: axes.map((axis) => axis.filter),
    strides: axes.map((axis) => axis.stride),
    dilations: axes.map((axis) => axis.dilation),
    pads: onnxPads(cropped.axes),
    group: 1,
  };
  const shape = [x.shape[0] as number, outer, ...sizes(axes)];
  if (images.isBlocked(outer) && (images.isBlocked(inner) || readsPlain(graph, inner))) {
    const split = images.isBlocked(inner) && whole ? convolveByPhases(graph, x, filter, axes) : undefined;
    if (split) return split;
    const input = readsPlain(graph, inner) ? images.channelsFirst(cropped.x) : images.physical(cropped.x);
    return images.wrap(
      blockedConv(graph, input, blockedFilter(graph, filter), undefined, undefined, attributes, shape),
    );
  }
  if (images.isBlocked(inner) && images.block !== undefined && outer > 1 && !graph.without.has("products")) {
    // The last block is filled up with channels of zeros, which leave with the layout.
    const missing = images.block - (outer % images.block);
    const wide = graph.pad(filter, [0, 0, 0, 0], [0, 0, 0, missing]);
    const blocked = blockedConv(
      graph,
      images.physical(cropped.x),
      blockedFilter(graph, wide),
      undefined,
      undefined,
      attributes,
      [shape[0] as number, outer + missing, ...sizes(axes)],
    );
    const all = images.spaceOf(outer + missing).leave(graph, blocked);
    return graph.slice(all, [3], [0], [outer]);
  }
  const plain = graph.op(
    "Conv",
    [images.channelsFirst(cropped.x), graph.transpose(filter, [3, 2, 0, 1])],
    attributes,
    {
      shape,
      dtype: "float32",
    },
  );
  return images.fromChannelsFirst(plain);
}

/**
 * The gradient of {@link convolveImage} in the filter, HWIO, as one three-dimensional convolution: the batch is
 * contracted as channels are, x's channels are its depth, and dy is the filter. x stays as it is in NCHW.
 */
export function gradientOfFilter(graph: GraphBuilder, x: Value, dy: Value, axes: Axes): Value {
  const { images } = graph;
  const cropped = axes.every((axis) => axis.before >= 0 && axis.after >= 0)
    ? { x, axes }
    : cropSkipped(graph, x, axes, 1, true);
  const data = images.channelsFirst(cropped.x);
  const [batch, inner, ...size] = data.shape as unknown as FilterShape;
  const filter = graph.transpose(images.channelsFirst(ofWindows(graph, dy, axes)), [1, 0, 2, 3]);
  const outer = filter.shape[0] as number;
  const pads = onnxPads(cropped.axes) as [number, number, number, number];
  const gradient = graph.op(
    "Conv",
    [
      graph.reshape(data, [1, batch, inner, ...size]),
      graph.reshape(filter, [outer, batch, 1, ...sizes(axes)]),
    ],
    {
      kernel_shape: [1, ...sizes(axes)],
      strides: [1, ...axes.map((axis) => axis.dilation)],
      dilations: [1, ...axes.map((axis) => axis.stride)],
      pads: [0, pads[0], pads[1], 0, pads[2], pads[3]],
      group: 1,
    },
    { shape: [1, outer, inner, ...axes.map((axis) => axis.filter)], dtype: "float32" },
  );
  // OIHW → HWIO in two steps, a matrix transposed and rows moved whole: three times as fast as one.
  const [height, width] = axes.map((axis) => axis.filter) as [number, number];
  const matrix = graph.transpose(graph.reshape(gradient, [outer, inner * height * width]), [1, 0]);
  const rows = graph.transpose(graph.reshape(matrix, [inner, height * width, outer]), [1, 0, 2]);
  return graph.reshape(rows, [height, width, inner, outer]);
}

/** The gradient of {@link convolveImage} in x for any windows: every dy is scattered through the filter. */
export function gradientOfInputByScattering(
  graph: GraphBuilder,
  dy: Value,
  filter: Value,
  axes: Axes,
): Value {
  const { images } = graph;
  const shape = [dy.shape[0] as number, filter.shape[2] as number, ...coveredBy(axes)];
  const inputs = [images.channelsFirst(ofWindows(graph, dy, axes)), graph.transpose(filter, [3, 2, 0, 1])];
  const dx = graph.op("ConvTranspose", inputs, scatterAttributes(axes, 1), { shape, dtype: "float32" });
  return images.fromChannelsFirst(padMissed(graph, dx, axes));
}
