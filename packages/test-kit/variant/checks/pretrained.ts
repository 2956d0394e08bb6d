import {
  encodePretrained,
  listFirstLayers,
  namedWeights,
  Random,
  restorePretrained,
  type TensorRecord,
  Trainer,
  type Variant,
} from "@gan/core";
import { dispose } from "@tensorflow/tfjs-core";
import { expect } from "vitest";
import type { VariantSuite } from "../suite.js";
import { copyValues, disposeVariant, listChanges } from "../variables.js";

const facts = { preset: "toy", config: { model: {} }, imagesSeen: 8 };

/**
 * Stored weights fill another variant, which stores the same bytes again: the averages and what they follow. Trained
 * from there, the discriminators' first layer stays to the bit, and nothing else does.
 */
export async function checkPretrained<Network extends string, Batch extends TensorRecord>(
  suite: VariantSuite<Network, Batch>,
): Promise<void> {
  const [trained, other] = [suite.create(1), suite.create(2)];
  const batch = suite.createBatch(new Random(3));
  const step = (variant: Variant<Network, Batch>, frozen?: ReadonlySet<string>) => {
    const trainer = new Trainer(variant, new Random(4), { frozen });
    trainer.step(batch, suite.batchSize);
    trainer.dispose();
  };
  step(trained); // averages and weights part
  const stored = (variant: unknown) => variant as Variant<string, never>;
  const files = await encodePretrained(stored(trained), facts);
  const [generator, discriminator] = ["generator", "discriminator"].map((part) =>
    files.get(`${part}.safetensors`),
  ) as [Uint8Array, Uint8Array];
  restorePretrained(stored(other), { generator, discriminator });
  const again = await encodePretrained(stored(other), facts);
  for (const [name, bytes] of files) {
    const same = Buffer.from(again.get(name) ?? []).equals(Buffer.from(bytes));
    expect(same, `${name} of what was filled from it equals it`).toBe(true);
  }
  const unaveraged = { ...stored(other), averages: {} };
  const plain = await encodePretrained(unaveraged, facts);
  const follows = Buffer.from(plain.get("generator.safetensors") ?? []).equals(Buffer.from(generator));
  expect(follows, "what is averaged starts where its average does").toBe(true);

  const frozen = listFirstLayers(other as unknown as Variant, 1);
  const before = copyValues(namedWeights(other as unknown as Variant));
  step(other, frozen);
  const changed = listChanges(before, copyValues(namedWeights(other as unknown as Variant)));
  expect(
    [...frozen].filter((name) => changed.includes(name)),
    "frozen weights that moved",
  ).toEqual([]);
  for (const network of Object.keys(other.networks)) {
    const moved = changed.filter((name) => name.startsWith(`${network}.`));
    expect(moved.length, `what moved of the ${network}`).toBeGreaterThan(0);
    const held = [...frozen].filter((name) => name.startsWith(`${network}.`));
    expect(held.length > 0, `whether the ${network} has frozen weights`).toBe(
      network.startsWith("discriminator"),
    );
  }
  dispose(batch);
  disposeVariant(trained as unknown as Variant);
  disposeVariant(other as unknown as Variant);
}
