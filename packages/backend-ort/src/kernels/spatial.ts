import type { GraphBuilder } from "../graph/builder.js";
import type { Value } from "../graph/types.js";
import { onnxPads, type WindowAxis } from "./windows.js";

/**
 * Applies what moves or mixes pixels of a channel alike for all channels, in the layout that the image has:
 * every layout is [M, H, W, c] to `map`, with all or some of the channels in M.
 */
export function spatially(graph: GraphBuilder, x: Value, map: (rows: Value) => Value): Value {
  if (!x.virtual || x.dtype !== "float32") return map(x);
  const { images } = graph;
  const physical = images.physical(x);
  const [batch, channels, height, width] = physical.shape as [number, number, number, number];
  const block = images.isBlocked(channels) ? (images.block as number) : 1;
  const result = map(graph.reshape(physical, [(batch * channels) / block, height, width, block]));
  return images.wrap(graph.reshape(result, [batch, channels, ...result.shape.slice(1, 3)]));
}

/** ONNX's MaxPool or AveragePool of an image, with padding smaller than the window; padding is left out. */
export function poolImage(
  graph: GraphBuilder,
  opType: "MaxPool" | "AveragePool",
  x: Value,
  axes: readonly WindowAxis[],
): Value {
  const { images } = graph;
  const [batch, channels] = [x.shape[0] as number, x.shape[3] as number];
  const spec = { shape: [batch, channels, ...axes.map((axis) => axis.output)], dtype: "float32" } as const;
  const attributes = {
    kernel_shape: axes.map((axis) => axis.filter),
    strides: axes.map((axis) => axis.stride),
    pads: onnxPads(axes),
  };
  // Without channels to a whole block, or outside of the layout for images, NCHW is as good as any.
  if (!x.virtual || !images.isBlocked(channels)) {
    return images.fromChannelsFirst(graph.op(opType, [images.channelsFirst(x)], attributes, spec));
  }
  return images.wrap(graph.op(opType, [images.physical(x)], attributes, spec, "com.microsoft.nchwc"));
}
