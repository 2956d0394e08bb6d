import type {
  Conv3DAttrs,
  Conv3DBackpropFilterV2Attrs,
  Conv3DBackpropInputV2Attrs,
} from "@tensorflow/tfjs-core";
import {
  convolve,
  convolveGradientOfFilter,
  convolveGradientOfInput,
  onnxFilter,
} from "./convolution-lowering.js";
import { allFloat } from "./dtypes.js";
import { defineKernel, type KernelSpec, single } from "./kernel.js";
import { windowedShape, windows3d } from "./windows.js";

const conv3D = defineKernel({
  name: "Conv3D",
  inputs: ["x", "filter"],
  infer({ x, filter }, attributes: Conv3DAttrs) {
    if (attributes.dataFormat === "NCDHW" || !allFloat(x, filter)) return undefined;
    const axes = windows3d({ ...attributes, inputShape: x.shape, filterShape: filter.shape });
    if (!axes) return undefined;
    const shape = windowedShape(x.shape[0] as number, axes, filter.shape[4] as number);
    return single({ shape, dtype: "float32" }, { axes });
  },
  lower: (graph, { x, filter }, { axes }) => convolve(graph, x, onnxFilter(graph, filter), axes),
});

const conv3DBackpropInput = defineKernel({
  name: "Conv3DBackpropInputV2",
  inputs: ["dy", "filter"],
  infer({ dy, filter }, attributes: Conv3DBackpropInputV2Attrs) {
    if (!allFloat(dy, filter)) return undefined;
    const axes = windows3d({ ...attributes, filterShape: filter.shape });
    return axes && single({ shape: [...attributes.inputShape], dtype: "float32" }, { axes });
  },
  lower: (graph, { dy, filter }, { axes }) =>
    convolveGradientOfInput(graph, dy, onnxFilter(graph, filter), axes),
});

const conv3DBackpropFilter = defineKernel({
  name: "Conv3DBackpropFilterV2",
  inputs: ["x", "dy"],
  infer({ x, dy }, attributes: Conv3DBackpropFilterV2Attrs) {
    if (!allFloat(x, dy)) return undefined;
    const axes = windows3d({ ...attributes, inputShape: x.shape });
    return axes && single({ shape: [...attributes.filterShape], dtype: "float32" }, { axes });
  },
  lower: (graph, { x, dy }, { axes }) => convolveGradientOfFilter(graph, x, dy, axes),
});

export const convolution3dKernels: readonly KernelSpec[] = [
  conv3D,
  conv3DBackpropInput,
  conv3DBackpropFilter,
];
