import {
  addN,
  grads,
  mul,
  randomNormal,
  type Scalar,
  sum,
  type Tensor,
  tensor,
  tidy,
} from "@tensorflow/tfjs-core";

/** A function of tensors, differentiable in each of them. */
export type TensorFunction = (...inputs: Tensor[]) => Tensor;

/** Σ output · w for fixed weights w of either sign, so that no entry's error can hide behind another's. */
function project(output: Tensor, seed: number): Scalar {
  return sum(mul(output, randomNormal(output.shape, 0, 1, "float32", seed))) as Scalar;
}

/** The largest difference between `loss`'s gradient and central differences, relative to the largest entry. */
function compare(loss: (...inputs: Tensor[]) => Scalar, inputs: readonly Tensor[], step: number): number {
  const analytic = tidy(() => grads(loss)([...inputs]).map((gradient) => gradient.dataSync().slice()));
  const values = inputs.map((input) => input.dataSync<"float32">().slice());
  const evaluate = () =>
    tidy(
      () =>
        loss(
          ...inputs.map(({ shape }, index) => tensor((values[index] as Float32Array).slice(), shape)),
        ).dataSync()[0] as number,
    );
  let [worst, largest] = [0, 1e-3];
  values.forEach((row, input) => {
    for (let index = 0; index < row.length; index++) {
      const original = row[index] as number;
      row[index] = original + step;
      const above = evaluate();
      row[index] = original - step;
      const numeric = (above - evaluate()) / (2 * step);
      row[index] = original;
      const given = analytic[input]?.[index] as number;
      worst = Math.max(worst, Number.isNaN(given) ? Number.POSITIVE_INFINITY : Math.abs(numeric - given));
      largest = Math.max(largest, Math.abs(numeric));
    }
  });
  return worst / largest;
}

/**
 * The relative errors of `fn`'s gradient against central differences of its values, and of the gradient of
 * a projection of that gradient against central differences of the gradient. Float32: expect below 1e-2.
 *
 * @param inputs float32, away from kinks by more than `step`. Not disposed.
 * @param step Half the distance between the two evaluations. Default 1e-2.
 */
export function checkGradients(
  fn: TensorFunction,
  inputs: readonly Tensor[],
  step = 1e-2,
): { first: number; second: number } {
  const loss = (...given: Tensor[]) => project(fn(...given), 11);
  const gradientLoss = (...given: Tensor[]) =>
    addN(grads(loss)(given).map((gradient, index) => project(gradient, 23 + index))) as Scalar;
  // A linear term in the inputs keeps the second check defined where the gradient is constant.
  const second = (...given: Tensor[]) =>
    addN([gradientLoss(...given), ...given.map((input, index) => project(input, 37 + index))]) as Scalar;
  return { first: compare(loss, inputs, step), second: compare(second, inputs, step) };
}
