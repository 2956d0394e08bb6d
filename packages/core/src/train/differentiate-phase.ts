import {
  addN,
  keep,
  type NamedTensorMap,
  type Scalar,
  type Tensor,
  type Variable,
  variableGrads,
} from "@tensorflow/tfjs-core";
import { ConfigError } from "../errors/index.js";

/** The outcome of {@link differentiatePhase}; all of it belongs to the caller's `tf.tidy`. */
export interface PhaseGradients {
  /** By the names of the parameters. */
  gradients: NamedTensorMap;
  /** The loss terms in the order of their names. */
  terms: Scalar[];
  /** Reports in the order in which they were made. */
  reports: Scalar[];
}

/**
 * Sums a phase's loss terms and differentiates the sum with respect to `parameters` only.
 *
 * @param phaseName Used in errors.
 * @param computeTerms Gets a function that keeps a report's value.
 * @throws ConfigError when the loss does not depend on one of the parameters.
 */
export function differentiatePhase(
  phaseName: string,
  computeTerms: (collect: (value: Scalar) => void) => Record<string, Scalar>,
  parameters: ReadonlyMap<string, Variable>,
): PhaseGradients {
  const kept: { terms: Scalar[]; reports: Scalar[] } = { terms: [], reports: [] };
  const { value, grads } = variableGrads(() => {
    // Clones, because a term may be one of the step's own tensors; kept, to outlive variableGrads' tidy.
    const collect = (list: Scalar[]) => (scalar: Scalar) => void list.push(keep(scalar.clone()));
    const terms = Object.values(computeTerms(collect(kept.reports)));
    terms.forEach(collect(kept.terms));
    return addN(terms);
  }, [...parameters.values()]);
  value.dispose();
  const handOver = (list: Scalar[]) =>
    list.map((scalar) => {
      const copy = scalar.clone();
      scalar.dispose();
      return copy;
    });
  const gradients: NamedTensorMap = {};
  for (const [name, parameter] of parameters) {
    const gradient: Tensor | undefined = grads[parameter.name];
    if (!gradient) {
      throw new ConfigError(
        "core",
        `the phase ${phaseName} updates ${name}, on which its loss does not depend. Take that network out of its updates.`,
      );
    }
    gradients[name] = gradient;
  }
  return { gradients, terms: handOver(kept.terms), reports: handOver(kept.reports) };
}
