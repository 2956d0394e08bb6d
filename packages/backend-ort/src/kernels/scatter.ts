import { backend_util, type ScatterNdAttrs, type UnsortedSegmentSumAttrs } from "@tensorflow/tfjs-core";
import type { GraphBuilder } from "../graph/builder.js";
import { sizeOf } from "../graph/shapes.js";
import type { Shape, TensorSpec, Value } from "../graph/types.js";
import { defineKernel, type KernelSpec, single } from "./kernel.js";

interface ScatterParams {
  readonly updateCount: number;
  readonly indexLength: number;
}

/** How many slices are written and how many axes an index names; undefined when the sizes do not fit. */
function scatterParams(shape: Shape, indices: TensorSpec, updates: TensorSpec): ScatterParams | undefined {
  if (indices.dtype !== "int32" || shape.length === 0 || indices.shape.length === 0) return undefined;
  const { sliceRank, numUpdates, sliceSize } = backend_util.calculateShapes(
    updates as never,
    indices as never,
    shape as number[],
  );
  const fits = updates.shape.length === 0 || sizeOf(updates.shape) === numUpdates * sliceSize;
  return sliceRank >= 1 && sliceRank <= shape.length && fits
    ? { updateCount: numUpdates, indexLength: sliceRank }
    : undefined;
}

/** Writes or adds slices into `target`; a scalar update goes everywhere. */
function scatter(
  graph: GraphBuilder,
  target: Value,
  indices: Value,
  updates: Value,
  { updateCount, indexLength }: ScatterParams,
  reduction: "none" | "add",
): Value {
  const shape = [updateCount, ...target.shape.slice(indexLength)];
  const slices = updates.shape.length === 0 ? graph.expand(updates, shape) : graph.reshape(updates, shape);
  const positions = graph.cast(graph.reshape(indices, [updateCount, indexLength]), "int64");
  const { dtype } = target;
  return graph.op("ScatterND", [target, positions, slices], { reduction }, { shape: target.shape, dtype });
}

/** Sums updates with equal indices into zeros. */
const scatterNd = defineKernel({
  name: "ScatterNd",
  inputs: ["indices", "updates"],
  infer({ indices, updates }, { shape }: ScatterNdAttrs) {
    const params =
      updates.dtype === "bool" || updates.shape.length === 0
        ? undefined
        : scatterParams(shape, indices, updates);
    return params && single({ shape, dtype: updates.dtype }, { ...params, shape });
  },
  lower: (graph, { indices, updates }, params) =>
    scatter(graph, graph.fill(updates.dtype, params.shape, 0), indices, updates, params, "add"),
});

/** The last update with an index wins. */
const tensorScatterUpdate = defineKernel({
  name: "TensorScatterUpdate",
  inputs: ["tensor", "indices", "updates"],
  infer({ tensor, indices, updates }) {
    const params = tensor.dtype === updates.dtype ? scatterParams(tensor.shape, indices, updates) : undefined;
    return params && single(tensor, params);
  },
  lower: (graph, { tensor, indices, updates }, params) =>
    scatter(graph, tensor, indices, updates, params, "none"),
});

/** Sums the slices of x with equal ids; the gradient of gather. Slices whose id is no segment are left out. */
const unsortedSegmentSum = defineKernel({
  name: "UnsortedSegmentSum",
  inputs: ["x", "segmentIds"],
  infer({ x, segmentIds }, { numSegments }: UnsortedSegmentSumAttrs) {
    const [length] = segmentIds.shape;
    const lowers = x.dtype === "float32" && segmentIds.dtype === "int32" && segmentIds.shape.length === 1;
    if (!lowers || length !== x.shape[0]) return undefined;
    return single(
      { shape: [numSegments, ...x.shape.slice(1)], dtype: "float32" },
      { length: length as number, numSegments },
    );
  },
  lower(graph, { x, segmentIds }, { length, numSegments }) {
    // An id outside goes to one more row, which is cut off.
    const rest = graph.scalar(numSegments, "int32");
    const known = graph.compare(
      "And",
      graph.compare("GreaterOrEqual", segmentIds, graph.scalar(0, "int32")),
      graph.compare("Less", segmentIds, rest),
    );
    const rows = graph.where(known, segmentIds, rest);
    const zeros = graph.fill("float32", [numSegments + 1, ...x.shape.slice(1)], 0);
    const sums = scatter(graph, zeros, rows, x, { updateCount: length, indexLength: 1 }, "add");
    return graph.slice(sums, [0], [0], [numSegments]);
  },
});

/** Writing by index. */
export const scatterKernels: readonly KernelSpec[] = [scatterNd, tensorScatterUpdate, unsortedSegmentSum];
