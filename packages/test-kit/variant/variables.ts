import { namedAverages, namedWeights, type Variant } from "@gan/core";
import { type Tensor, tensor, type Variable } from "@tensorflow/tfjs-core";

/** A copy of variables' values on the host, by name. */
export function copyValues(variables: ReadonlyMap<string, Variable>): Map<string, Float32Array> {
  return new Map([...variables].map(([name, variable]) => [name, variable.dataSync<"float32">().slice()]));
}

/** Names of those whose bits differ. */
export function listChanges(
  before: ReadonlyMap<string, Float32Array>,
  after: ReadonlyMap<string, Float32Array>,
): string[] {
  const toBytes = (values: Float32Array | undefined) =>
    values && Buffer.from(values.buffer, values.byteOffset, values.byteLength);
  return [...new Set([...before.keys(), ...after.keys()])].filter((name) => {
    const [old, now] = [toBytes(before.get(name)), toBytes(after.get(name))];
    return old === undefined || now === undefined || !old.equals(now);
  });
}

/** Everything that a user of the trained variant computes with. */
export function copyModel(variant: Variant): Map<string, Float32Array> {
  return new Map([...copyValues(namedWeights(variant)), ...prefix(copyValues(namedAverages(variant)))]);
}

const prefix = (values: Map<string, Float32Array>) =>
  [...values].map(([name, value]) => [`average of ${name}`, value] as const);

/** Frees the networks of a variant and their averages, and what else it keeps. */
export function disposeVariant(variant: Variant): void {
  const holders = Object.values(variant.state ?? {});
  for (const variable of [
    ...namedWeights(variant).values(),
    ...namedAverages(variant).values(),
    ...holders.flatMap((holder) => [...(holder.namedVariables?.().values() ?? [])]),
  ]) {
    variable.dispose();
  }
}

/** A float32 tensor's values, after which it is freed. */
export function takeValues(given: Tensor): Float32Array {
  const values = given.dataSync<"float32">().slice();
  given.dispose();
  return values;
}

/** A tensor from host values. */
export const toTensor = (values: Float32Array, shape: readonly number[]): Tensor =>
  tensor(values, [...shape], "float32");
