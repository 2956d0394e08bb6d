import type { Variable } from "@tensorflow/tfjs-core";

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
