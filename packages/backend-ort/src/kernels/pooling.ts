import type { AvgPool3DGradAttrs, AvgPoolAttrs, AvgPoolGradAttrs, MaxPoolAttrs } from "@tensorflow/tfjs-core";
import { averagePool, averagePoolGradient } from "./average-pool.js";
import { allFloat } from "./dtypes.js";
import { defineKernel, type KernelSpec, single } from "./kernel.js";
import { maxPool, maxPoolGradient } from "./max-pool.js";
import {
  type Padding,
  type RoundingMode,
  type Tuple,
  type WindowAxis,
  windowedShape,
  windows2d,
  windows3d,
} from "./windows.js";

interface PoolAttributes {
  readonly filterSize: Tuple;
  readonly strides: Tuple;
  readonly pad: Padding;
  readonly dimRoundingMode?: RoundingMode;
  readonly dataFormat?: string;
}

/** The windows of a pool over [N, ...spatial, C]; undefined in any other layout. */
function poolWindows(
  inputShape: readonly number[],
  attributes: PoolAttributes,
  mayBeEmpty: boolean,
): readonly WindowAxis[] | undefined {
  const { filterSize, strides, pad, dimRoundingMode, dataFormat } = attributes;
  if (dataFormat === "NCHW" || dataFormat === "NCDHW") return undefined;
  const spatial = inputShape.length - 2;
  const filterShape =
    typeof filterSize === "number" ? new Array<number>(spatial).fill(filterSize) : filterSize;
  const windows = spatial === 2 ? windows2d : windows3d;
  return windows({ inputShape, filterShape, strides, pad, rounding: dimRoundingMode, mayBeEmpty });
}

/** A window of one element that gives the input's size: tfjs's 2D pools return the input, whatever the padding. */
const isIdentity = (axes: readonly WindowAxis[]): boolean =>
  axes.every((axis) => axis.filter === 1 && axis.input === axis.output);

function averageKernels(suffix: "" | "3D"): readonly KernelSpec[] {
  const forward = defineKernel({
    name: `AvgPool${suffix}`,
    inputs: ["x"],
    infer({ x }, attributes: AvgPoolAttrs) {
      const axes = allFloat(x) ? poolWindows(x.shape, attributes, true) : undefined;
      if (!axes) return undefined;
      const shape = windowedShape(x.shape[0] as number, axes, x.shape.at(-1) as number);
      return single({ shape, dtype: "float32" }, { axes });
    },
    lower: (graph, { x }, { axes }) =>
      suffix === "" && isIdentity(axes) ? x : averagePool(graph, x, axes, suffix === "" ? Number.NaN : 0),
  });
  const gradient = defineKernel({
    name: `AvgPool${suffix}Grad`,
    inputs: ["dy", "input"],
    infer({ dy, input }, attributes: AvgPoolGradAttrs | AvgPool3DGradAttrs) {
      if (!allFloat(dy, input)) return undefined;
      // tfjs's 2D kernel ignores the rounding mode, its 3D kernel does not.
      const { dimRoundingMode: _, ...unrounded } = attributes as AvgPool3DGradAttrs;
      const axes = poolWindows(input.shape, suffix === "" ? unrounded : attributes, false);
      return axes && single(input, { axes });
    },
    lower: (graph, { dy }, { axes }) => averagePoolGradient(graph, dy, axes),
  });
  return [forward, gradient];
}

function maxKernels(suffix: "" | "3D"): readonly KernelSpec[] {
  const forward = defineKernel({
    name: `MaxPool${suffix}`,
    inputs: ["x"],
    infer({ x }, attributes: MaxPoolAttrs) {
      const axes = allFloat(x) ? poolWindows(x.shape, attributes, true) : undefined;
      if (!axes) return undefined;
      const shape = windowedShape(x.shape[0] as number, axes, x.shape.at(-1) as number);
      return single({ shape, dtype: "float32" }, { axes });
    },
    lower: (graph, { x }, { axes }) => (suffix === "" && isIdentity(axes) ? x : maxPool(graph, x, axes)),
  });
  const gradient = defineKernel({
    name: `MaxPool${suffix}Grad`,
    inputs: ["dy", "input", "output"],
    infer({ dy, input }, attributes: MaxPoolAttrs) {
      const axes = allFloat(dy, input) ? poolWindows(input.shape, attributes, false) : undefined;
      return axes && single(input, { axes });
    },
    // Among equal maxima of a window the gradient goes to the first in 2D and to the last in 3D, as in tfjs.
    lower: (graph, { dy, input }, { axes }) =>
      maxPoolGradient(graph, dy, input, axes, suffix === "" ? "first" : "last"),
  });
  return [forward, gradient];
}

export const poolingKernels: readonly KernelSpec[] = [
  ...averageKernels(""),
  ...averageKernels("3D"),
  ...maxKernels(""),
  ...maxKernels("3D"),
];
