import type {
  Conv2DAttrs,
  Conv2DBackpropFilterAttrs,
  Conv2DBackpropInputAttrs,
  FusedConv2DAttrs,
} from "@tensorflow/tfjs-core";
import type { TensorSpec } from "../graph/types.js";
import { activate, activationOf } from "./activation.js";
import { acceptChannelsFirst } from "./channels-first-kernels.js";
import { gradientOfInputByPhases } from "./convolution-phases.js";
import { allFloat } from "./dtypes.js";
import { gradientOfFilterByBatch } from "./filter-gradient-by-batch.js";
import {
  convolveByGemm,
  gradientOfFilterByGemm,
  gradientOfInputByGemm,
  prefersGemmForFilter,
  prefersGemmForForward,
  prefersGemmForInput,
} from "./gemm-convolution.js";
import { convolveImage, gradientOfFilter, gradientOfInputByScattering } from "./image-convolution.js";
import { defineKernel, type KernelSpec, single } from "./kernel.js";
import { ofWindows, type WindowAxis, type WindowOptions, windowedShape, windows2d } from "./windows.js";

type WindowAttributes = Omit<WindowOptions, "inputShape" | "filterShape" | "rounding"> & {
  readonly dataFormat?: string;
  readonly dimRoundingMode?: WindowOptions["rounding"];
};

/** The windows of a 2D convolution over [N, H, W, C]; undefined in any other layout. */
function convolutionWindows(
  inputShape: readonly number[],
  filterShape: readonly number[],
  attributes: WindowAttributes,
): readonly WindowAxis[] | undefined {
  if (attributes.dataFormat === "NCHW") return undefined;
  return windows2d({ ...attributes, inputShape, filterShape, rounding: attributes.dimRoundingMode });
}

function convolutionOutput(x: TensorSpec, filter: TensorSpec, axes: readonly WindowAxis[]): TensorSpec {
  return { shape: windowedShape(x.shape[0] as number, axes, filter.shape[3] as number), dtype: "float32" };
}

const conv2D = defineKernel({
  name: "Conv2D",
  inputs: ["x", "filter"],
  infer({ x, filter }, attributes: Conv2DAttrs) {
    if (!allFloat(x, filter)) return undefined;
    const axes = convolutionWindows(x.shape, filter.shape, attributes);
    return axes && single(convolutionOutput(x, filter, axes), { axes });
  },
  lower: (graph, { x, filter }, { axes }) =>
    prefersGemmForForward(graph, x, filter, axes)
      ? convolveByGemm(graph, x, filter, axes)
      : convolveImage(graph, x, filter, axes),
});

const conv2DBackpropInput = defineKernel({
  name: "Conv2DBackpropInput",
  inputs: ["dy", "filter"],
  infer({ dy, filter }, attributes: Conv2DBackpropInputAttrs) {
    if (!allFloat(dy, filter)) return undefined;
    const axes = convolutionWindows(attributes.inputShape, filter.shape, attributes);
    return axes && single({ shape: [...attributes.inputShape], dtype: "float32" }, { axes });
  },
  lower: (graph, { dy, filter }, { axes }) =>
    prefersGemmForInput(graph, dy, filter, axes)
      ? gradientOfInputByGemm(graph, ofWindows(graph, dy, axes), filter, axes)
      : (gradientOfInputByPhases(graph, dy, filter, axes) ??
        gradientOfInputByScattering(graph, dy, filter, axes)),
});

const conv2DBackpropFilter = defineKernel({
  name: "Conv2DBackpropFilter",
  inputs: ["x", "dy"],
  infer({ x, dy }, attributes: Conv2DBackpropFilterAttrs) {
    if (!allFloat(x, dy)) return undefined;
    const axes = convolutionWindows(x.shape, attributes.filterShape, attributes);
    return axes && single({ shape: [...attributes.filterShape], dtype: "float32" }, { axes });
  },
  lower: (graph, { x, dy }, { axes }) =>
    prefersGemmForFilter(graph, x, dy, axes)
      ? gradientOfFilterByGemm(graph, x, ofWindows(graph, dy, axes), axes)
      : (gradientOfFilterByBatch(graph, x, dy, axes) ?? gradientOfFilter(graph, x, dy, axes)),
});

const fusedConv2D = defineKernel({
  name: "FusedConv2D",
  inputs: ["x", "filter"],
  optional: ["bias", "preluActivationWeights"],
  infer({ x, filter, bias, preluActivationWeights }, attributes: FusedConv2DAttrs) {
    const activation = activationOf(attributes);
    if (!activation || !allFloat(x, filter, bias, preluActivationWeights)) return undefined;
    const axes = convolutionWindows(x.shape, filter.shape, attributes);
    return axes && single(convolutionOutput(x, filter, axes), { axes, activation });
  },
  lower(graph, { x, filter, bias, preluActivationWeights }, { axes, activation }) {
    const convolved = convolveImage(graph, x, filter, axes);
    return activate(graph, bias ? graph.add(convolved, bias) : convolved, activation, preluActivationWeights);
  },
});

export const convolutionKernels: readonly KernelSpec[] = [
  acceptChannelsFirst(conv2D, ["x"], true),
  acceptChannelsFirst(conv2DBackpropInput, ["dy"], true),
  acceptChannelsFirst(conv2DBackpropFilter, ["x", "dy"], false),
  acceptChannelsFirst(fusedConv2D, ["x"], true),
];
