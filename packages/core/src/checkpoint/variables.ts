import { tensor, tidy, type Variable } from "@tensorflow/tfjs-core";
import { CheckpointError } from "../errors/index.js";
import type { HostTensor } from "./safetensors.js";

/** Copies variables to the host, by name. */
export async function readVariables(
  variables: ReadonlyMap<string, Variable>,
): Promise<Map<string, HostTensor>> {
  const host = new Map<string, HostTensor>();
  for (const [name, variable] of variables) {
    const values = (await variable.data<"float32">()).slice();
    host.set(name, { shape: variable.shape, values });
  }
  return host;
}

/**
 * Gives variables the values of saved tensors.
 *
 * @param source What to call the tensors in an error.
 * @throws CheckpointError, before anything is changed, unless names and shapes agree exactly.
 */
export function assignVariables(
  variables: ReadonlyMap<string, Variable>,
  tensors: ReadonlyMap<string, HostTensor>,
  source: string,
): void {
  const problems: string[] = [];
  for (const [name, variable] of variables) {
    const found = tensors.get(name);
    if (found === undefined) problems.push(`${name} is missing`);
    else if (found.shape.join() !== variable.shape.join()) {
      problems.push(`${name} is [${found.shape.join(", ")}], needed [${variable.shape.join(", ")}]`);
    }
  }
  for (const name of tensors.keys()) {
    if (!variables.has(name)) problems.push(`${name} is unknown`);
  }
  if (problems.length > 0) {
    const shown = problems.slice(0, 5).join("; ");
    const more = problems.length > 5 ? `; and ${problems.length - 5} more` : "";
    throw new CheckpointError(
      "core",
      `${source} belongs to another architecture: ${shown}${more}. Use the configuration that it was trained with.`,
    );
  }
  tidy(() => {
    for (const [name, variable] of variables) {
      const { shape, values } = tensors.get(name) as HostTensor;
      variable.assign(tensor(values, [...shape], "float32"));
    }
  });
}
