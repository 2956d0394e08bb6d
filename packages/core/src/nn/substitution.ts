import type { Tensor, Variable } from "@tensorflow/tfjs-core";

const active: ReadonlyMap<Variable, Tensor>[] = [];

/**
 * What a layer computes with in place of its parameter: the innermost substitute of
 * {@link withSubstitutes}, else the variable itself. Belongs to whoever made it: never dispose it.
 */
export function readParameter(variable: Variable): Tensor {
  for (let index = active.length - 1; index >= 0; index--) {
    const substitute = active[index]?.get(variable);
    if (substitute !== undefined) return substitute;
  }
  return variable;
}

/**
 * Runs `compute` while layers read `substitutes` instead of their parameters, so that a loss may be
 * differentiated through weights that are themselves computed, as by unrolled steps (Metz et al. 2017).
 * Running statistics are not substituted.
 *
 * @param substitutes Same shape and dtype as the variables; they stay the caller's.
 * @param compute Synchronous.
 */
export function withSubstitutes<T>(substitutes: ReadonlyMap<Variable, Tensor>, compute: () => T): T {
  active.push(substitutes);
  try {
    return compute();
  } finally {
    active.pop();
  }
}
