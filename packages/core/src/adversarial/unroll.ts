import { grads, mul, type Scalar, sub, type Tensor, type Variable } from "@tensorflow/tfjs-core";
import { withSubstitutes } from "../nn/index.js";

/**
 * Foresees updates of a network, `θ ← θ - η ∇θ L(θ)`, as differentiable functions of everything that L
 * depends on. Metz et al. 2017, eq. 5 and 6.
 *
 * @param parameters θ, whose values do not change.
 * @param computeLoss L, with layers reading their foreseen parameters.
 * @param steps How many updates.
 * @param stepSize η.
 * @returns What `withSubstitutes` takes; belongs to the caller's `tf.tidy`.
 */
export function unrollUpdates(
  parameters: readonly Variable[],
  computeLoss: () => Scalar,
  steps: number,
  stepSize: number,
): ReadonlyMap<Variable, Tensor> {
  let current: Tensor[] = parameters.map((parameter) => parameter.clone());
  const substitute = (values: readonly Tensor[]) =>
    new Map(parameters.map((parameter, index) => [parameter, values[index] as Tensor]));
  for (let step = 0; step < steps; step++) {
    const slopes = grads((...values: Tensor[]) => withSubstitutes(substitute(values), computeLoss))(current);
    current = current.map((value, index) => sub(value, mul(slopes[index] as Tensor, stepSize)));
  }
  return substitute(current);
}
