import { type ArgMaxAttrs, type MaxAttrs, type SumAttrs, upcastType, util } from "@tensorflow/tfjs-core";
import type { GraphBuilder, ReduceOp } from "../graph/builder.js";
import { normalizeAxes, range, reducedShape, sizeOf } from "../graph/shapes.js";
import type { DType, TensorSpec, Value } from "../graph/types.js";
import { nanMask } from "./elementwise.js";
import { defineKernel, type Inferred, type KernelSpec, single } from "./kernel.js";

type Axes = SumAttrs["axis"];
type Lower = (
  graph: GraphBuilder,
  x: Value,
  axes: readonly number[],
  keepDims: boolean,
  dtype: DType,
) => Value;
interface ReduceParams {
  readonly axes: readonly number[];
  readonly keepDims: boolean;
}

/** No axis given means all of them; an empty list means none. */
function inferReduced(
  x: TensorSpec,
  axis: Axes,
  keepDims: boolean | undefined,
  dtype: DType,
): Inferred<ReduceParams> {
  const axes = normalizeAxes(util.parseAxisParam(axis, x.shape as number[]), x.shape.length);
  return single(
    { shape: reducedShape(x.shape, axes, Boolean(keepDims)), dtype },
    { axes, keepDims: Boolean(keepDims) },
  );
}

/**
 * @param resultOf the result's dtype for that of x, undefined when there is no lowering
 */
function reduction(name: string, resultOf: (dtype: DType) => DType | undefined, lower: Lower): KernelSpec {
  return defineKernel({
    name,
    inputs: ["x"],
    infer(
      { x },
      attributes: { axis: Axes; reductionIndices?: MaxAttrs["reductionIndices"]; keepDims?: boolean },
    ) {
      const dtype = resultOf(x.dtype);
      // Max alone calls its axes otherwise.
      const axis = name === "Max" ? (attributes.reductionIndices as Axes) : attributes.axis;
      return dtype && inferReduced(x, axis, attributes.keepDims, dtype);
    },
    lower: (graph, { x }, { axes, keepDims }, [output]) =>
      lower(graph, x, axes, keepDims, (output as TensorSpec).dtype),
  });
}

/** Reduces in the result's dtype. */
const widened =
  (opType: ReduceOp): Lower =>
  (graph, x, axes, keepDims, dtype) =>
    graph.reduce(opType, graph.cast(x, dtype), axes, keepDims);

/** The extreme of each slice; NaN where there is one, which ONNX Runtime would skip. */
const extreme =
  (opType: "ReduceMax" | "ReduceMin"): Lower =>
  (graph, x, axes, keepDims) => {
    const found = graph.reduce(opType, x, axes, keepDims);
    if (x.dtype !== "float32" || sizeOf(found.shape) === sizeOf(x.shape)) return found;
    const undecided = graph.reduce("ReduceMax", nanMask(graph, x), axes, keepDims);
    return graph.where(undecided, graph.scalar(Number.NaN), found);
  };

/**
 * What stands for NaN when the extreme's place is looked for: nothing is better in first place and nothing is
 * worse elsewhere, as in tfjs. ONNX Runtime's answer would depend on how it vectorises.
 */
function withoutNaN(graph: GraphBuilder, x: Value, axis: number, best: number): Value {
  const length = x.shape[axis] as number;
  const shape = x.shape.slice(axis).map((_, index) => (index === 0 ? length : 1));
  const places = graph.tensor(
    range(length).map((index) => (index === 0 ? best : -best)),
    shape,
  );
  return graph.where(nanMask(graph, x), places, x);
}

/** The first position of the extreme. */
function argument(name: "ArgMax" | "ArgMin"): KernelSpec {
  return defineKernel({
    name,
    inputs: ["x"],
    infer({ x }, attributes: ArgMaxAttrs) {
      const axes = util.parseAxisParam(attributes.axis, x.shape as number[]);
      const axis = axes[0];
      if (axes.length !== 1 || axis === undefined) return undefined;
      return single({ shape: reducedShape(x.shape, [axis], false), dtype: "int32" }, { axis });
    },
    lower(graph, { x }, { axis }, [output]) {
      const best = name === "ArgMax" ? Number.POSITIVE_INFINITY : Number.NEGATIVE_INFINITY;
      const ordered = x.dtype === "bool" ? graph.cast(x, "int32") : x;
      const values = ordered.dtype === "float32" ? withoutNaN(graph, ordered, axis, best) : ordered;
      const { shape } = output as TensorSpec;
      const position = graph.op(name, [values], { axis, keepdims: 0 }, { shape, dtype: "int64" });
      return graph.cast(position, "int32");
    },
  });
}

const numeric = (dtype: DType): DType => upcastType(dtype, "int32") as DType;
const same = (dtype: DType): DType => dtype;
const onlyBool = (dtype: DType): DType | undefined => (dtype === "bool" ? dtype : undefined);

/** Reductions along axes. */
export const reduceKernels: readonly KernelSpec[] = [
  reduction("Sum", numeric, widened("ReduceSum")),
  reduction("Prod", numeric, widened("ReduceProd")),
  reduction("Mean", () => "float32", widened("ReduceMean")),
  reduction("Max", same, extreme("ReduceMax")),
  reduction("Min", same, extreme("ReduceMin")),
  reduction("Any", onlyBool, widened("ReduceMax")),
  reduction("All", onlyBool, widened("ReduceMin")),
  argument("ArgMax"),
  argument("ArgMin"),
];
