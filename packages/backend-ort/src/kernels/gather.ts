import { backend_util, type GatherV2Attrs, type OneHotAttrs, util } from "@tensorflow/tfjs-core";
import { BackendOrtError } from "../errors.js";
import { range, sizeOf } from "../graph/shapes.js";
import type { DType, TensorSpec } from "../graph/types.js";
import { defineKernel, type KernelSpec, single } from "./kernel.js";
import { fromJson, toJson } from "./numbers.js";

/**
 * Takes slices of x by index. An index outside of the axis is an error at once when its value is known, or else
 * one of ONNX Runtime's when the graph runs: a negative one, which it would count from the end, is moved beyond
 * the end for that.
 */
const gatherV2 = defineKernel({
  name: "GatherV2",
  inputs: ["x", "indices"],
  infer({ x, indices }, attributes: GatherV2Attrs) {
    if (indices.dtype !== "int32") return undefined;
    const axis = util.parseAxisParam(attributes.axis, x.shape as number[])[0] as number;
    const info = backend_util.segment_util.collectGatherOpShapeInfo(
      x as never,
      indices as never,
      axis,
      attributes.batchDims ?? 0,
    );
    const { batchSize, outerSize, dimSize, sliceSize } = info;
    const batched = Boolean(attributes.batchDims) && batchSize > 1;
    return single(
      { shape: info.outputShape, dtype: x.dtype },
      { axis, shape: info.outputShape, batch: batched ? { batchSize, outerSize, dimSize, sliceSize } : null },
    );
  },
  check({ x }, { axis }, valuesOf) {
    const last = (x.shape[axis] as number) - 1;
    const wrong = valuesOf("indices")?.find((index) => index < 0 || index > last);
    if (wrong !== undefined) {
      throw new BackendOrtError(
        "GatherV2",
        `the index value ${wrong} is not in [0, ${last}]. Take indices of axis ${axis} of [${x.shape}].`,
      );
    }
  },
  lower(graph, { x, indices }, { axis, shape, batch }) {
    const below = graph.compare("Less", indices, graph.scalar(0, "int32"));
    if (!batch) {
      const beyond = graph.scalar(x.shape[axis] as number, "int32");
      return graph.reshape(graph.gather(x, graph.where(below, beyond, indices), axis), shape);
    }
    // Every batch element has indices of its own: rows of x laid end to end, and indices moved to their rows.
    const { batchSize, outerSize, dimSize, sliceSize } = batch;
    const rows = batchSize * outerSize;
    const starts = graph.tensor(
      range(rows).map((row) => row * dimSize),
      [batchSize, outerSize, 1],
      "int32",
    );
    const above = graph.compare("GreaterOrEqual", indices, graph.scalar(dimSize, "int32"));
    // Large enough to be outside whatever is added, small enough not to overflow.
    const outside = graph.scalar(rows * dimSize, "int32");
    const checked = graph.where(graph.compare("Or", below, above), outside, indices);
    const perBatch = graph.reshape(checked, [batchSize, 1, sizeOf(indices.shape) / batchSize]);
    const flat = graph.reshape(x, [rows * dimSize, sliceSize]);
    return graph.reshape(graph.gather(flat, graph.add(perBatch, starts), 0), shape);
  },
});

const gatherNd = defineKernel({
  name: "GatherNd",
  inputs: ["params", "indices"],
  infer({ params, indices }) {
    if (indices.dtype !== "int32" || params.shape.length === 0) return undefined;
    const [shape] = backend_util.prepareAndValidate(params as never, indices as never);
    return single({ shape, dtype: params.dtype }, null);
  },
  lower(graph, { params, indices }, _params, [output]) {
    const positions = graph.cast(indices, "int64");
    return graph.op("GatherND", [params, positions], {}, output as TensorSpec);
  },
});

/** One row of `depth` for each index, all off for an index outside. */
const oneHot = defineKernel({
  name: "OneHot",
  inputs: ["indices"],
  infer({ indices }, { depth, onValue, offValue, dtype }: OneHotAttrs) {
    const binary = onValue === 1 && offValue === 0;
    const whole = (onValue | 0) === onValue && (offValue | 0) === offValue;
    const lowers = dtype === "float32" || (dtype === "int32" && whole) || (dtype === "bool" && binary);
    if (indices.dtype !== "int32" || !lowers) return undefined;
    return single(
      { shape: [...indices.shape, depth], dtype: dtype as DType },
      {
        depth,
        dtype: dtype as DType,
        values: binary ? null : { on: toJson(onValue), off: toJson(offValue) },
      },
    );
  },
  lower(graph, { indices }, { depth, dtype, values }) {
    const column = graph.reshape(indices, [...indices.shape, 1]);
    const hit = graph.compare("Equal", column, graph.tensor(range(depth), [depth], "int32"));
    if (!values) return graph.cast(hit, dtype);
    return graph.where(
      hit,
      graph.scalar(fromJson(values.on), dtype),
      graph.scalar(fromJson(values.off), dtype),
    );
  },
});

/** Reading by index. */
export const gatherKernels: readonly KernelSpec[] = [gatherV2, gatherNd, oneHot];
