import type {
  DepthwiseConv2dNativeAttrs,
  DepthwiseConv2dNativeBackpropFilterAttrs,
  DepthwiseConv2dNativeBackpropInputAttrs,
  FusedDepthwiseConv2DAttrs,
} from "@tensorflow/tfjs-core";
import { blockedConv } from "../graph/blocked.js";
import type { GraphBuilder } from "../graph/builder.js";
import type { TensorSpec, Value } from "../graph/types.js";
import { activate, activationOf } from "./activation.js";
import { depthwiseBlocks } from "./blocked-filter.js";
import {
  convolve,
  convolveGradientOfFilter,
  convolveGradientOfInput,
  onnxDepthwiseFilter,
} from "./convolution-lowering.js";
import { depthwiseGradientByPhases } from "./convolution-phases.js";
import { allFloat } from "./dtypes.js";
import { defineKernel, type KernelSpec, single } from "./kernel.js";
import { onnxPads, type WindowAxis, windowedShape, windows2d } from "./windows.js";

/** Input channel c makes the output channels c · multiplier to (c + 1) · multiplier − 1: as many ONNX groups. */
const groupsOf = (filter: TensorSpec): number => filter.shape[2] as number;

function depthwiseOutput(x: TensorSpec, filter: TensorSpec, axes: readonly WindowAxis[]): TensorSpec {
  const channels = groupsOf(filter) * (filter.shape[3] as number);
  return { shape: windowedShape(x.shape[0] as number, axes, channels), dtype: "float32" };
}

function depthwiseWindows(
  inputShape: readonly number[],
  filterShape: readonly number[],
  attributes: Omit<DepthwiseConv2dNativeAttrs, "dataFormat"> & { readonly dataFormat?: string },
): readonly WindowAxis[] | undefined {
  if (attributes.dataFormat === "NCHW") return undefined;
  return windows2d({ ...attributes, inputShape, filterShape, rounding: attributes.dimRoundingMode });
}

/** One output for each channel, in the blocked layout; undefined where that is not to be had. */
function convolveBlocks(
  graph: GraphBuilder,
  x: Value,
  filter: Value,
  axes: readonly WindowAxis[],
): Value | undefined {
  const { images } = graph;
  const channels = x.shape[3] as number;
  const isWhole = axes.every((axis) => axis.before >= 0 && -axis.after < axis.stride);
  if (filter.shape[3] !== 1 || !images.isBlocked(channels) || !isWhole) return undefined;
  const attributes = {
    kernel_shape: axes.map((axis) => axis.filter),
    strides: axes.map((axis) => axis.stride),
    dilations: axes.map((axis) => axis.dilation),
    pads: onnxPads(axes),
    group: channels,
  };
  const shape = [x.shape[0] as number, channels, ...axes.map((axis) => axis.output)];
  const taps = depthwiseBlocks(graph, filter);
  return images.wrap(blockedConv(graph, images.physical(x), taps, undefined, undefined, attributes, shape));
}

/** Each channel by itself, the fastest way. */
const convolveChannels = (graph: GraphBuilder, x: Value, filter: Value, axes: readonly WindowAxis[]): Value =>
  convolveBlocks(graph, x, filter, axes) ??
  convolve(graph, x, onnxDepthwiseFilter(graph, filter), axes, filter.shape[2]);

const depthwiseConv2d = defineKernel({
  name: "DepthwiseConv2dNative",
  inputs: ["x", "filter"],
  infer({ x, filter }, attributes: DepthwiseConv2dNativeAttrs) {
    if (!allFloat(x, filter)) return undefined;
    const axes = depthwiseWindows(x.shape, filter.shape, attributes);
    return axes && single(depthwiseOutput(x, filter, axes), { axes });
  },
  lower: (graph, { x, filter }, { axes }) => convolveChannels(graph, x, filter, axes),
});

const backpropInput = defineKernel({
  name: "DepthwiseConv2dNativeBackpropInput",
  inputs: ["dy", "filter"],
  infer({ dy, filter }, attributes: DepthwiseConv2dNativeBackpropInputAttrs) {
    if (!allFloat(dy, filter)) return undefined;
    const axes = depthwiseWindows(attributes.inputShape, filter.shape, attributes);
    return axes && single({ shape: [...attributes.inputShape], dtype: "float32" }, { axes });
  },
  lower: (graph, { dy, filter }, { axes }) =>
    depthwiseGradientByPhases(graph, dy, filter, axes) ??
    convolveGradientOfInput(graph, dy, onnxDepthwiseFilter(graph, filter), axes, filter.shape[2]),
});

const backpropFilter = defineKernel({
  name: "DepthwiseConv2dNativeBackpropFilter",
  inputs: ["x", "dy"],
  infer({ x, dy }, attributes: DepthwiseConv2dNativeBackpropFilterAttrs) {
    if (!allFloat(x, dy)) return undefined;
    const axes = depthwiseWindows(x.shape, attributes.filterShape, attributes);
    return axes && single({ shape: [...attributes.filterShape], dtype: "float32" }, { axes });
  },
  lower: (graph, { x, dy }, { axes }) => convolveGradientOfFilter(graph, x, dy, axes, x.shape[3]),
});

const fusedDepthwiseConv2D = defineKernel({
  name: "FusedDepthwiseConv2D",
  inputs: ["x", "filter"],
  optional: ["bias", "preluActivationWeights"],
  infer({ x, filter, bias, preluActivationWeights }, attributes: FusedDepthwiseConv2DAttrs) {
    const activation = activationOf(attributes);
    if (!activation || !allFloat(x, filter, bias, preluActivationWeights)) return undefined;
    const axes = depthwiseWindows(x.shape, filter.shape, attributes);
    return axes && single(depthwiseOutput(x, filter, axes), { axes, activation });
  },
  lower(graph, { x, filter, bias, preluActivationWeights }, { axes, activation }) {
    const convolved = convolveChannels(graph, x, filter, axes);
    return activate(graph, bias ? graph.add(convolved, bias) : convolved, activation, preluActivationWeights);
  },
});

export const depthwiseKernels: readonly KernelSpec[] = [
  depthwiseConv2d,
  backpropInput,
  backpropFilter,
  fusedDepthwiseConv2D,
];
