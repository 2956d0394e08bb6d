import { type Scalar, tensor, tidy, type Variable, variableGrads } from "@tensorflow/tfjs-core";

/**
 * The largest difference between tfjs's gradient of `loss` and central differences over every entry
 * of `variables`, relative to the largest entry of the gradient. Float32: expect about 1e-3.
 *
 * @param step Half the distance between the two evaluations.
 */
export function computeGradientError(
  loss: () => Scalar,
  variables: readonly Variable[],
  step = 1e-2,
): number {
  const { value, grads } = variableGrads(loss, [...variables]);
  value.dispose();
  const evaluate = () => tidy(() => loss().dataSync()[0] as number);
  let worst = 0;
  let largest = 0;
  for (const variable of variables) {
    const analytic = grads[variable.name]?.dataSync() ?? new Float32Array(variable.size);
    const values = variable.dataSync<"float32">().slice();
    const assign = (changed: Float32Array) =>
      tidy(() => variable.assign(tensor(changed.slice(), variable.shape)));
    for (let index = 0; index < values.length; index++) {
      const original = values[index] as number;
      values[index] = original + step;
      assign(values);
      const above = evaluate();
      values[index] = original - step;
      assign(values);
      const below = evaluate();
      values[index] = original;
      const numeric = (above - below) / (2 * step);
      worst = Math.max(worst, Math.abs(numeric - (analytic[index] as number)));
      largest = Math.max(largest, Math.abs(numeric));
    }
    assign(values);
  }
  for (const gradient of Object.values(grads)) gradient.dispose();
  return worst / largest;
}
