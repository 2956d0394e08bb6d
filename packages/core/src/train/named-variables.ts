import type { Variable } from "@tensorflow/tfjs-core";
import type { ExponentialAverage } from "../optim/index.js";
import type { Variant } from "./variant.js";

/** Merges groups of variables under names like `<prefix>.<name>`, keeping their order. */
export function prefixVariables(
  groups: Iterable<readonly [prefix: string, variables: ReadonlyMap<string, Variable>]>,
): Map<string, Variable> {
  const named = new Map<string, Variable>();
  for (const [prefix, variables] of groups) {
    for (const [name, variable] of variables) named.set(`${prefix}.${name}`, variable);
  }
  return named;
}

/** A variant's averages by network. */
export function listAverages(variant: Pick<Variant, "averages">): [string, ExponentialAverage][] {
  return Object.entries<ExponentialAverage | undefined>(variant.averages).filter(
    (entry): entry is [string, ExponentialAverage] => entry[1] !== undefined,
  );
}

/** The variables of a variant's averaged networks as `<network>.<name>`. */
export function namedAverages(variant: Pick<Variant, "averages">): Map<string, Variable> {
  return prefixVariables(listAverages(variant).map(([name, { module }]) => [name, module.namedVariables()]));
}

/** The weights and running statistics of a variant's networks as `<network>.<name>`. */
export function namedWeights(variant: Pick<Variant, "networks">): Map<string, Variable> {
  const networks = Object.entries<Variant["networks"][string]>(variant.networks);
  return prefixVariables(networks.map(([name, module]) => [name, module.namedVariables()]));
}
