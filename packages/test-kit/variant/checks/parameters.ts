import type { TensorRecord } from "@gan/core";
import { expect } from "vitest";
import type { VariantSuite } from "../suite.js";
import { disposeVariant } from "../variables.js";

/** Networks have as many trainable numbers as those of the references. */
export async function checkParameterCounts<Network extends string, Batch extends TensorRecord>({
  references,
}: VariantSuite<Network, Batch>): Promise<void> {
  expect(references.length, "references to compare with").toBeGreaterThan(0);
  for (const { source, create, counts } of references) {
    const variant = create();
    const names = Object.keys(counts) as Network[];
    expect(names.length, `networks of ${source}`).toBeGreaterThan(0);
    const found = Object.fromEntries(names.map((name) => [name, variant.networks[name]?.parameterCount()]));
    expect(found, `parameters of ${source}`).toEqual(counts);
    disposeVariant(variant);
  }
}
