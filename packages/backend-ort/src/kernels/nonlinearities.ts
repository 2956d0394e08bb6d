import {
  backend_util,
  type ClipByValueAttrs,
  type LeakyReluAttrs,
  type SoftmaxAttrs,
  type StepAttrs,
} from "@tensorflow/tfjs-core";
import type { GraphBuilder } from "../graph/builder.js";
import { float, type Value } from "../graph/types.js";
import { broadcast, clip, directKernel, nanMask, unaryKernel } from "./elementwise.js";
import { defineKernel, type KernelSpec, single } from "./kernel.js";
import { rememberLeakyRelu, stepMask } from "./leaky-relu.js";
import { fromJson, toJson } from "./numbers.js";

const isNumeric = (dtype: string): boolean => dtype === "float32" || dtype === "int32";

/** x, or `slope` · x where x is below zero. */
function sloped(graph: GraphBuilder, x: Value, slope: Value): Value {
  return graph.where(graph.compare("Less", x, graph.scalar(0)), graph.mul(slope, x), x);
}

const leakyRelu = defineKernel({
  name: "LeakyRelu",
  inputs: ["x"],
  infer: ({ x }, { alpha }: LeakyReluAttrs) =>
    isNumeric(x.dtype) ? single({ shape: x.shape, dtype: "float32" }, { alpha: toJson(alpha) }) : undefined,
  lower(graph, { x }, params) {
    const alpha = fromJson(params.alpha);
    const input = graph.cast(x, "float32");
    if (!Number.isFinite(alpha)) return sloped(graph, input, graph.scalar(alpha));
    const y = graph.unary("LeakyRelu", input, { alpha: float(alpha) });
    rememberLeakyRelu(input, y, alpha);
    return y;
  },
});

const prelu = defineKernel({
  name: "Prelu",
  inputs: ["x", "alpha"],
  infer: ({ x, alpha }) =>
    isNumeric(x.dtype) && isNumeric(alpha.dtype)
      ? single({ shape: broadcast(x.shape, alpha.shape), dtype: "float32" }, null)
      : undefined,
  lower: (graph, { x, alpha }) => sloped(graph, graph.cast(x, "float32"), graph.cast(alpha, "float32")),
});

/** The gradient from ELU's result y: dy where y ≥ 0, dy · (y + 1) below. */
const eluGrad = defineKernel({
  name: "EluGrad",
  inputs: ["dy", "y"],
  infer: ({ dy, y }) =>
    dy.dtype === "float32" && y.dtype === "float32"
      ? single({ shape: y.shape, dtype: "float32" }, null)
      : undefined,
  lower: (graph, { dy, y }) =>
    graph.mul(dy, graph.add(graph.binary("Min", y, graph.scalar(0)), graph.scalar(1))),
});

/** scale · ELU(x; α). ONNX Runtime's own Selu loses NaN. */
function selu(graph: GraphBuilder, x: Value): Value {
  const alpha = backend_util.SELU_SCALEALPHA / backend_util.SELU_SCALE;
  return graph.mul(graph.unary("Elu", x, { alpha: float(alpha) }), graph.scalar(backend_util.SELU_SCALE));
}

/** 1 above zero, alpha elsewhere, NaN for NaN. */
const step = defineKernel({
  name: "Step",
  inputs: ["x"],
  infer: ({ x }, { alpha }: StepAttrs) =>
    x.dtype === "float32" ? single(x, { alpha: toJson(alpha) }) : undefined,
  lower(graph, { x }, params) {
    const alpha = fromJson(params.alpha);
    if (alpha >= 0 && alpha <= 1) return stepMask(graph, x, alpha);
    const rise = Math.fround(1 - alpha);
    if (Math.fround(rise + alpha) === 1) return graph.affine(stepMask(graph, x, 0), rise, alpha);
    const above = graph.compare("Greater", x, graph.scalar(0));
    return graph.where(
      nanMask(graph, x),
      x,
      graph.where(above, graph.scalar(1), graph.expand(graph.scalar(alpha), x.shape)),
    );
  },
});

const clipByValue = defineKernel({
  name: "ClipByValue",
  inputs: ["x"],
  infer({ x }, { clipValueMin, clipValueMax }: ClipByValueAttrs) {
    const bounds = [clipValueMin, clipValueMax];
    const exact = x.dtype === "float32" || (x.dtype === "int32" && bounds.every(isInt32OrNone));
    return exact ? single(x, { low: toJson(clipValueMin), high: toJson(clipValueMax) }) : undefined;
  },
  lower: (graph, { x }, { low, high }) => clip(graph, x, fromJson(low), fromJson(high)),
});

function isInt32OrNone(bound: number): boolean {
  return Number.isFinite(bound) ? (bound | 0) === bound : !Number.isNaN(bound);
}

const softmax = defineKernel({
  name: "Softmax",
  inputs: ["logits"],
  infer({ logits }, { dim }: SoftmaxAttrs) {
    const last = logits.shape.length - 1;
    return logits.dtype === "float32" && last >= 0 && (dim === -1 || dim === last)
      ? single(logits, null)
      : undefined;
  },
  lower: (graph, { logits }) => graph.unary("Softmax", logits, { axis: -1 }),
});

/** Activation functions and clipping. */
export const nonlinearityKernels: readonly KernelSpec[] = [
  directKernel("Relu", ["float32", "int32"]),
  unaryKernel("Relu6", (graph, x) => clip(graph, x, 0, 6), ["float32", "int32"]),
  leakyRelu,
  prelu,
  directKernel("Elu"),
  eluGrad,
  unaryKernel("Selu", selu),
  directKernel("Sigmoid"),
  directKernel("Softplus"),
  step,
  clipByValue,
  softmax,
];
