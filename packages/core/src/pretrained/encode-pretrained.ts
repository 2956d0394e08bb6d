import type { Variable } from "@tensorflow/tfjs-core";
import { encodeSafetensors, readVariables } from "../checkpoint/index.js";
import { prefixVariables, type Variant } from "../train/index.js";
import {
  encodeFacts,
  isDiscriminator,
  type PretrainedFacts,
  type PretrainedPart,
  pretrainedFile,
  pretrainedParts,
} from "./format.js";

/** What is asked of a variant whose weights are stored. */
export type StoredVariant = Pick<Variant<string, never>, "name" | "networks" | "averages" | "state">;

/** A part's networks: averages where the variant keeps such, else the weights themselves. */
export function listPart(
  { networks, averages }: Pick<StoredVariant, "networks" | "averages">,
  part: PretrainedPart,
): Map<string, Variable> {
  const names = Object.keys(networks).filter((name) => isDiscriminator(name) === (part === "discriminator"));
  return prefixVariables(
    names.map((name) => [name, (averages[name]?.module ?? networks[name])?.namedVariables() ?? new Map()]),
  );
}

/**
 * Stores what using and fine-tuning a trained model needs, as 16-bit floats: the averaged generators in one file,
 * the discriminators in another.
 *
 * @returns The files by name.
 */
export async function encodePretrained(
  variant: StoredVariant,
  facts: Omit<PretrainedFacts, "variant" | "part" | "holders">,
): Promise<Map<string, Uint8Array>> {
  const holders = Object.entries(variant.state ?? {}).filter(([, { namedVariables }]) => !namedVariables);
  const files = new Map<string, Uint8Array>();
  for (const part of pretrainedParts) {
    const tensors = await readVariables(listPart(variant, part));
    const all = {
      ...facts,
      variant: variant.name,
      part,
      holders: Object.fromEntries(
        holders.map(([name, holder]) => [name, holder.save()]),
      ) as PretrainedFacts["holders"],
    };
    files.set(pretrainedFile(part), encodeSafetensors(tensors, encodeFacts(all), "F16"));
  }
  return files;
}
