import {
  addN,
  keep,
  type NamedTensorMap,
  type Scalar,
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
}

/**
 * Sums a phase's loss terms and differentiates the sum with respect to `parameters` only.
 *
 * @param phaseName Used in errors.
 * @throws ConfigError when the loss does not depend on one of the parameters.
 */
export function differentiatePhase(
  phaseName: string,
  computeTerms: () => Record<string, Scalar>,
  parameters: ReadonlyMap<string, Variable>,
): PhaseGradients {
  const inner: Scalar[] = [];
  const { value, grads } = variableGrads(() => {
    const terms = Object.values(computeTerms());
    for (const term of terms) inner.push(keep(term)); // outlive the tidy of variableGrads
    return addN(terms);
  }, [...parameters.values()]);
  value.dispose();
  const terms = inner.map((term) => {
    const copy = term.clone();
    term.dispose();
    return copy;
  });
  const gradients: NamedTensorMap = {};
  for (const [name, parameter] of parameters) {
    const gradient = grads[parameter.name];
    if (!gradient) {
      throw new ConfigError(
        "core",
        `the phase ${phaseName} updates ${name}, on which its loss does not depend. Take that network out of its updates.`,
      );
    }
    gradients[name] = gradient;
  }
  return { gradients, terms };
}
