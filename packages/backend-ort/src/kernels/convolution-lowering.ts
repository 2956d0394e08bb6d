import type { GraphBuilder } from "../graph/builder.js";
import { permuteShape, range } from "../graph/shapes.js";
import type { Attributes, Value } from "../graph/types.js";
import {
  cropSkipped,
  ofWindows,
  onnxPads,
  toChannelsFirst,
  toChannelsLast,
  type WindowAxis,
} from "./windows.js";

const outputs = (axes: readonly WindowAxis[]): number[] => axes.map((axis) => axis.output);
const filters = (axes: readonly WindowAxis[]): number[] => axes.map((axis) => axis.filter);

function windowAttributes(axes: readonly WindowAxis[], groups: number): Record<string, number | number[]> {
  return {
    kernel_shape: filters(axes),
    strides: axes.map((axis) => axis.stride),
    dilations: axes.map((axis) => axis.dilation),
    group: groups,
  };
}

/** tfjs's filter [...spatial, in, out] as ONNX's [out, in, ...spatial]. */
export function onnxFilter(graph: GraphBuilder, filter: Value): Value {
  const spatial = filter.shape.length - 2;
  return graph.transpose(filter, [spatial + 1, spatial, ...range(spatial)]);
}

/** tfjs's depthwise filter [...spatial, in, multiplier] as ONNX's [in · multiplier, 1, ...spatial]. */
export function onnxDepthwiseFilter(graph: GraphBuilder, filter: Value): Value {
  const spatial = filter.shape.length - 2;
  const permutation = [spatial, spatial + 1, ...range(spatial)];
  const [channels, multiplier, ...window] = permuteShape(filter.shape, permutation);
  const outer = (channels as number) * (multiplier as number);
  return graph.reshape(graph.transpose(filter, permutation), [outer, 1, ...window]);
}

/**
 * Convolution of x [N, ...spatial, in] with an ONNX filter [out, in / groups, ...window].
 * @param bias one number per output channel
 */
export function convolve(
  graph: GraphBuilder,
  x: Value,
  filter: Value,
  axes: readonly WindowAxis[],
  groups = 1,
  bias?: Value,
): Value {
  const cropped = cropSkipped(graph, x, axes, 1);
  const shape = [x.shape[0] as number, filter.shape[0] as number, ...outputs(axes)];
  const attributes: Attributes = { ...windowAttributes(axes, groups), pads: onnxPads(cropped.axes) };
  const inputs = [toChannelsFirst(graph, cropped.x), filter, ...(bias ? [bias] : [])];
  return toChannelsLast(graph, graph.op("Conv", inputs, attributes, { shape, dtype: "float32" }));
}

/**
 * The gradient of {@link convolve} in its x, from dy [N, ...outputs, out]: [N, ...spatial, in].
 *
 * Scattering every dy through the filter covers (output − 1) · stride + span elements, of which `before` are
 * cut off in front; what is still short of the input's size was in no window, and its gradient is zero.
 */
export function convolveGradientOfInput(
  graph: GraphBuilder,
  dy: Value,
  filter: Value,
  axes: readonly WindowAxis[],
  groups = 1,
): Value {
  const channels = (filter.shape[1] as number) * groups;
  const dx = graph.op(
    "ConvTranspose",
    [toChannelsFirst(graph, ofWindows(graph, dy, axes)), filter],
    scatterAttributes(axes, groups),
    { shape: [dy.shape[0] as number, channels, ...coveredBy(axes)], dtype: "float32" },
  );
  return toChannelsLast(graph, padMissed(graph, dx, axes));
}

/** Attributes of the ONNX operator that scatters through a filter, cutting off the padding. */
export function scatterAttributes(axes: readonly WindowAxis[], groups: number): Attributes {
  return {
    ...windowAttributes(axes, groups),
    pads: [...axes.map((axis) => Math.max(0, axis.before)), ...axes.map((axis) => Math.max(0, axis.after))],
  };
}

/** The elements of the input that windows reach. */
export function coveredBy(axes: readonly WindowAxis[]): number[] {
  return axes.map((axis) => axis.input + Math.min(0, axis.before) + Math.min(0, axis.after));
}

/** Adds zeros [N, C, ...spatial] where no window reached. */
export function padMissed(graph: GraphBuilder, dx: Value, axes: readonly WindowAxis[]): Value {
  const missing = (padding: number): number => Math.max(0, -padding);
  return graph.pad(
    dx,
    [0, 0, ...axes.map((axis) => missing(axis.before))],
    [0, 0, ...axes.map((axis) => missing(axis.after))],
  );
}

/**
 * The gradient of {@link convolve} in its filter, as tfjs has it: [...window, in, out], or
 * [...window, in, multiplier] when `groups` is the number of input channels.
 *
 * It is a convolution itself: channels of x take the batch's place, the batch is summed over, dy is the filter,
 * and stride and dilation change places.
 */
export function convolveGradientOfFilter(
  graph: GraphBuilder,
  x: Value,
  dy: Value,
  axes: readonly WindowAxis[],
  groups = 1,
): Value {
  const spatial = axes.length;
  const cropped = cropSkipped(graph, x, axes, 1, true);
  const channelsThenBatch = [spatial + 1, 0, ...range(spatial).map((axis) => axis + 1)];
  const data = graph.transpose(cropped.x, channelsThenBatch);
  const filter = graph.transpose(ofWindows(graph, dy, axes), channelsThenBatch);
  const [channels, batch, ...sizes] = data.shape as [number, number, ...number[]];
  const outer = filter.shape[0] as number;
  const attributes: Attributes = {
    kernel_shape: outputs(axes),
    strides: axes.map((axis) => axis.dilation),
    dilations: axes.map((axis) => axis.stride),
    group: groups,
    pads: onnxPads(cropped.axes),
  };
  const grouped = groups > 1;
  const gradient = graph.op(
    "Conv",
    [grouped ? graph.reshape(data, [1, channels * batch, ...sizes]) : data, filter],
    attributes,
    { shape: [grouped ? 1 : channels, outer, ...filters(axes)], dtype: "float32" },
  );
  const perChannel = [channels, outer / (grouped ? channels : 1), ...filters(axes)];
  const result = graph.reshape(gradient, perChannel);
  return graph.transpose(result, [...range(spatial).map((axis) => axis + 2), 0, 1]);
}
