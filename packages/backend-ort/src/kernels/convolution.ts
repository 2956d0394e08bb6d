import type {
  Conv2DAttrs,
  Conv2DBackpropFilterAttrs,
  Conv2DBackpropInputAttrs,
  FusedConv2DAttrs,
} from "@tensorflow/tfjs-core";
import type { GraphBuilder } from "../graph/builder.js";
import type { TensorSpec, Value } from "../graph/types.js";
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
import { overParts, partsOfJoined, rememberDivisible } from "./joined-channels.js";
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

type Axes = readonly WindowAxis[];

/** The fastest way to a convolution. */
const convolve = (graph: GraphBuilder, x: Value, filter: Value, axes: Axes): Value =>
  overParts(graph, x, filter, 2, (part, weights) =>
    prefersGemmForForward(graph, part, weights, axes)
      ? convolveByGemm(graph, part, weights, axes)
      : convolveImage(graph, part, weights, axes),
  );

/** The fastest way to its gradient in the input. */
const backIntoInput = (graph: GraphBuilder, dy: Value, filter: Value, axes: Axes): Value =>
  overParts(graph, dy, filter, 3, (part, weights) =>
    prefersGemmForInput(graph, part, weights, axes)
      ? gradientOfInputByGemm(graph, ofWindows(graph, part, axes), weights, axes)
      : (gradientOfInputByPhases(graph, part, weights, axes) ??
        gradientOfInputByScattering(graph, part, weights, axes)),
  );

/** The fastest way to its gradient in the filter. */
function backIntoFilter(graph: GraphBuilder, x: Value, dy: Value, axes: Axes): Value {
  const [inputs, outputs] = [partsOfJoined(graph, x), partsOfJoined(graph, dy)];
  if (inputs)
    return graph.concat(
      inputs.map(({ value }) => backIntoFilter(graph, value, dy, axes)),
      2,
    );
  if (outputs)
    return graph.concat(
      outputs.map(({ value }) => backIntoFilter(graph, x, value, axes)),
      3,
    );
  return prefersGemmForFilter(graph, x, dy, axes)
    ? gradientOfFilterByGemm(graph, x, ofWindows(graph, dy, axes), axes)
    : (gradientOfFilterByBatch(graph, x, dy, axes) ?? gradientOfFilter(graph, x, dy, axes));
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
    rememberDivisible(convolve(graph, x, filter, axes), (first, end) =>
      convolve(graph, x, graph.slice(filter, [3], [first], [end]), axes),
    ),
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
    rememberDivisible(backIntoInput(graph, dy, filter, axes), (first, end) =>
      backIntoInput(graph, dy, graph.slice(filter, [2], [first], [end]), axes),
    ),
});

const conv2DBackpropFilter = defineKernel({
  name: "Conv2DBackpropFilter",
  inputs: ["x", "dy"],
  infer({ x, dy }, attributes: Conv2DBackpropFilterAttrs) {
    if (!allFloat(x, dy)) return undefined;
    const axes = convolutionWindows(x.shape, attributes.filterShape, attributes);
    return axes && single({ shape: [...attributes.filterShape], dtype: "float32" }, { axes });
  },
  lower: (graph, { x, dy }, { axes }) => backIntoFilter(graph, x, dy, axes),
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
    const convolved = convolve(graph, x, filter, axes);
    return activate(graph, bias ? graph.add(convolved, bias) : convolved, activation, preluActivationWeights);
  },
});

export const convolutionKernels: readonly KernelSpec[] = [
  acceptChannelsFirst(conv2D, ["x"], true),
  acceptChannelsFirst(conv2DBackpropInput, ["dy"], true),
  acceptChannelsFirst(conv2DBackpropFilter, ["x", "dy"], false),
  acceptChannelsFirst(fusedConv2D, ["x"], true),
];
