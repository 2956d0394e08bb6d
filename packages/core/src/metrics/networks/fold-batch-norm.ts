import type { WeightTensor } from "./weight-tensors.js";

/** What a batch norm has learned and counted, each [channels]. */
export interface BatchNormValues {
  gamma: Float32Array;
  beta: Float32Array;
  mean: Float32Array;
  variance: Float32Array;
  epsilon: number;
}

/**
 * Puts a batch norm that follows a convolution without bias into the convolution, in double precision:
 * `w' = w γ / √(σ² + ε)`, `b' = β - μ γ / √(σ² + ε)`.
 *
 * @param weight [..., channels], not changed.
 */
export function foldBatchNorm(
  weight: WeightTensor,
  norm: BatchNormValues,
): { weight: WeightTensor; bias: WeightTensor } {
  const channels = weight.shape.at(-1) as number;
  const factors = Float64Array.from(
    norm.gamma,
    (gamma, channel) => gamma / Math.sqrt((norm.variance[channel] as number) + norm.epsilon),
  );
  const values = new Float32Array(weight.values.length);
  for (let index = 0; index < values.length; index++) {
    values[index] = (weight.values[index] as number) * (factors[index % channels] as number);
  }
  const bias = Float32Array.from(
    factors,
    (factor, channel) => (norm.beta[channel] as number) - (norm.mean[channel] as number) * factor,
  );
  return { weight: { shape: weight.shape, values }, bias: { shape: [channels], values: bias } };
}
