import {
  add,
  mul,
  type NamedTensorMap,
  tidy,
  type Variable,
  variable,
  zerosLike,
} from "@tensorflow/tfjs-core";

/**
 * The sums of one phase's gradients over the parts of a step whose batch does not fit at once. Owns
 * a variable per parameter until {@link dispose}.
 */
export class GradientSums {
  readonly #sums = new Map<string, Variable>();

  constructor(parameters: ReadonlyMap<string, Variable>) {
    for (const [name, parameter] of parameters) {
      this.#sums.set(
        name,
        tidy(() => variable(zerosLike(parameter), false)),
      );
    }
  }

  /** Begins anew with the gradients of the first part. */
  begin(gradients: NamedTensorMap): void {
    for (const [, sum, gradient] of this.#pairs(gradients)) sum.assign(gradient);
  }

  /** Adds those of another part. */
  add(gradients: NamedTensorMap): void {
    tidy(() => {
      for (const [, sum, gradient] of this.#pairs(gradients)) sum.assign(add(sum, gradient));
    });
  }

  /** The mean over `parts`, those of the last part given here; belongs to the caller's `tf.tidy`. */
  finish(gradients: NamedTensorMap, parts: number): NamedTensorMap {
    const means: NamedTensorMap = {};
    for (const [name, sum, gradient] of this.#pairs(gradients)) {
      means[name] = mul(add(sum, gradient), 1 / parts);
    }
    return means;
  }

  /** The parameters that have a gradient now. */
  #pairs(gradients: NamedTensorMap) {
    return Object.entries(gradients).map(
      ([name, gradient]) => [name, this.#sums.get(name) as Variable, gradient] as const,
    );
  }

  dispose(): void {
    for (const sum of this.#sums.values()) sum.dispose();
  }
}
