import type { FusedBatchNormAttrs } from "@tensorflow/tfjs-core";
import type { Shape } from "../graph/types.js";
import { allFloat } from "./dtypes.js";
import { defineKernel, type KernelSpec, single } from "./kernel.js";

/** tfjs repeats the statistics along x's memory: that is broadcasting when they have x's last axes. */
function repeatsAsBroadcast(statistic: Shape, x: Shape): boolean {
  const firstAxis = statistic.findIndex((dimension) => dimension !== 1);
  if (firstAxis < 0) return true;
  const core = statistic.slice(firstAxis);
  return (
    core.length <= x.length && core.every((dimension, axis) => dimension === x[x.length - core.length + axis])
  );
}

/** (x − mean) · scale / √(variance + ε) + offset, as one product and one sum over x. */
const fusedBatchNorm = defineKernel({
  name: "FusedBatchNorm",
  inputs: ["x", "mean", "variance"],
  optional: ["offset", "scale"],
  infer({ x, mean, variance, offset, scale }, attributes: FusedBatchNormAttrs) {
    if (!allFloat(x, mean, variance, offset, scale)) return undefined;
    const statistics = [mean, variance, offset, scale].filter((statistic) => statistic !== undefined);
    if (!statistics.every((statistic) => repeatsAsBroadcast(statistic.shape, x.shape))) return undefined;
    return single(x, { epsilon: attributes.varianceEpsilon ?? 0.001 });
  },
  lower(graph, { x, mean, variance, offset, scale }, { epsilon }) {
    const deviation = graph.unary("Sqrt", graph.add(variance, graph.scalar(epsilon)));
    const factor = graph.div(scale ?? graph.scalar(1), deviation);
    const shift = graph.mul(mean, factor);
    const scaled = graph.mul(x, factor);
    const result = offset ? graph.add(scaled, graph.sub(offset, shift)) : graph.sub(scaled, shift);
    return graph.reshape(result, x.shape);
  },
});

export const batchNormKernels: readonly KernelSpec[] = [fusedBatchNorm];
