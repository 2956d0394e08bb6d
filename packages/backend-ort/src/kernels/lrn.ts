import type { LRNAttrs, LRNGradAttrs } from "@tensorflow/tfjs-core";
import type { GraphBuilder } from "../graph/builder.js";
import type { Value } from "../graph/types.js";
import { allFloat } from "./dtypes.js";
import { defineKernel, type KernelSpec, single } from "./kernel.js";

interface LrnParams {
  readonly radius: number;
  readonly bias: number;
  readonly alpha: number;
  readonly beta: number;
}

const paramsOf = ({ depthRadius, bias, alpha, beta }: LRNAttrs): LrnParams => ({
  radius: depthRadius,
  bias,
  alpha,
  beta,
});

/** Sums of x [..., C] over channels within `radius` of each channel: a product with a band of ones. */
function sumOfNeighbours(graph: GraphBuilder, x: Value, radius: number): Value {
  const channels = x.shape.at(-1) as number;
  const band = new Float32Array(channels * channels);
  for (let row = 0; row < channels; row++) {
    const last = Math.min(channels - 1, row + radius);
    for (let column = Math.max(0, row - radius); column <= last; column++) band[row * channels + column] = 1;
  }
  return graph.matmul(x, graph.constant("float32", [channels, channels], band));
}

/** bias + alpha · Σ x² over the neighbouring channels. */
function normOf(graph: GraphBuilder, x: Value, { radius, bias, alpha }: LrnParams): Value {
  return graph.affine(sumOfNeighbours(graph, graph.mul(x, x), radius), alpha, bias);
}

const inversePower = (graph: GraphBuilder, norm: Value, beta: number): Value =>
  graph.binary("Pow", norm, graph.scalar(-beta));

const lrn = defineKernel({
  name: "LRN",
  inputs: ["x"],
  infer: ({ x }, attributes: LRNAttrs) => (allFloat(x) ? single(x, paramsOf(attributes)) : undefined),
  lower: (graph, { x }, params) => graph.mul(x, inversePower(graph, normOf(graph, x, params), params.beta)),
});

/** With n = norm and neighbours o of channel k: dx_k = dy_k · n_k^−β − 2αβ · x_k · Σ_o dy_o · y_o / n_o. */
const lrnGrad = defineKernel({
  name: "LRNGrad",
  inputs: ["x", "y", "dy"],
  infer: ({ x, y, dy }, attributes: LRNGradAttrs) =>
    allFloat(x, y, dy) ? single(dy, paramsOf(attributes)) : undefined,
  lower(graph, { x, y, dy }, params) {
    const norm = normOf(graph, x, params);
    const direct = graph.mul(dy, inversePower(graph, norm, params.beta));
    const around = sumOfNeighbours(graph, graph.div(graph.mul(dy, y), norm), params.radius);
    return graph.sub(direct, graph.affine(graph.mul(x, around), 2 * params.alpha * params.beta, 0));
  },
});

export const lrnKernels: readonly KernelSpec[] = [lrn, lrnGrad];
