import type { ResizeBilinearAttrs, ResizeNearestNeighborAttrs } from "@tensorflow/tfjs-core";
import type { GraphBuilder } from "../graph/builder.js";
import { range } from "../graph/shapes.js";
import type { Shape, TensorSpec, Value } from "../graph/types.js";
import { allFloat } from "./dtypes.js";
import { defineKernel, type KernelSpec, single } from "./kernel.js";
import { type AxisMap, adjoint, applySeparable, axisMap } from "./separable.js";
import { spatially } from "./spatial.js";

interface Sampling {
  readonly alignCorners: boolean;
  readonly halfPixelCenters: boolean;
}

const samplingOf = (attributes: Partial<Sampling>): Sampling => ({
  alignCorners: Boolean(attributes.alignCorners),
  halfPixelCenters: Boolean(attributes.halfPixelCenters),
});

/** Input elements per output element. */
function ratio(input: number, output: number, { alignCorners }: Sampling): number {
  return alignCorners && output > 1 ? (input - 1) / (output - 1) : input / output;
}

/** The input element that each output element copies. */
function nearestIndices(input: number, output: number, sampling: Sampling): number[] {
  const step = ratio(input, output, sampling);
  const offset = sampling.halfPixelCenters ? 0.5 : 0;
  return range(output).map((index) => {
    const source = step * (index + offset);
    return Math.max(0, Math.min(input - 1, sampling.alignCorners ? Math.round(source) : Math.floor(source)));
  });
}

function nearestMap(input: number, output: number, sampling: Sampling): AxisMap {
  const indices = nearestIndices(input, output, sampling);
  return axisMap(
    input,
    output,
    indices.map((source, index) => [index, source, 1] as const),
  );
}

function bilinearMap(input: number, output: number, sampling: Sampling): AxisMap {
  const step = ratio(input, output, sampling);
  const entries = range(output).flatMap((index) => {
    const source = sampling.halfPixelCenters ? step * (index + 0.5) - 0.5 : step * index;
    const lower = Math.max(0, Math.floor(source));
    const upper = Math.max(0, Math.min(input - 1, Math.ceil(source)));
    const fraction = source - lower;
    return [[index, lower, 1 - fraction] as const, [index, upper, fraction] as const];
  });
  return axisMap(input, output, entries);
}

type BuildMap = (input: number, output: number, sampling: Sampling) => AxisMap;

/** Height's and width's maps between images [N, H, W, C] of two sizes. */
function spatialMaps(build: BuildMap, from: Shape, to: Shape, sampling: Sampling): AxisMap[] {
  return [1, 2].map((axis) => build(from[axis] as number, to[axis] as number, sampling));
}

function resizedShape(images: TensorSpec, size: readonly number[]): number[] {
  const [batch, , , channels] = images.shape as [number, number, number, number];
  return [batch, size[0] as number, size[1] as number, channels];
}

const resizeBilinear = defineKernel({
  name: "ResizeBilinear",
  inputs: ["images"],
  infer({ images }, attributes: ResizeBilinearAttrs) {
    const shape = resizedShape(images, attributes.size);
    return single({ shape, dtype: "float32" }, { shape, sampling: samplingOf(attributes) });
  },
  lower(graph, { images }, { shape, sampling }) {
    const maps = spatialMaps(bilinearMap, images.shape, shape, sampling);
    return applySeparable(graph, graph.cast(images, "float32"), maps);
  },
});

function gatherNearest(graph: GraphBuilder, images: Value, size: Shape, sampling: Sampling): Value {
  return spatially(graph, images, (rows) =>
    [1, 2].reduce((value, axis) => {
      const input = images.shape[axis] as number;
      const indices = nearestIndices(input, size[axis] as number, sampling);
      const same = indices.length === input && indices.every((source, index) => source === index);
      return same ? value : graph.gather(value, graph.ints(indices), axis);
    }, rows),
  );
}

const resizeNearestNeighbor = defineKernel({
  name: "ResizeNearestNeighbor",
  inputs: ["images"],
  infer({ images }, attributes: ResizeNearestNeighborAttrs) {
    const shape = resizedShape(images, attributes.size);
    return single({ shape, dtype: images.dtype }, { shape, sampling: samplingOf(attributes) });
  },
  lower: (graph, { images }, { shape, sampling }) => gatherNearest(graph, images, shape, sampling),
});

/**
 * A resize is linear, so its gradient is the adjoint map. Unlike tfjs-backend-cpu, which ignores
 * `halfPixelCenters` here, it is the gradient of what the forward kernel computed.
 */
function resizeGradient(name: string, build: BuildMap): KernelSpec {
  return defineKernel({
    name,
    inputs: ["images", "dy"],
    infer: ({ images, dy }, attributes: ResizeBilinearAttrs) =>
      allFloat(images, dy) ? single(images, samplingOf(attributes)) : undefined,
    lower(graph, { images, dy }, sampling) {
      const forward = spatialMaps(build, images.shape, dy.shape, sampling);
      return applySeparable(graph, dy, forward.map(adjoint));
    },
  });
}

export const resizeKernels: readonly KernelSpec[] = [
  resizeBilinear,
  resizeNearestNeighbor,
  resizeGradient("ResizeBilinearGrad", bilinearMap),
  resizeGradient("ResizeNearestNeighborGrad", nearestMap),
];
