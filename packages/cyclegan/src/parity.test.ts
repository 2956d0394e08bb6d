import { readFileSync } from "node:fs";
import { decodeSafetensors, type UnpairedBatch } from "@gan/core";
import { testParity } from "@gan/test-kit/variant";
import { type Rank, tensor } from "@tensorflow/tfjs-core";
import { createCycleGan } from "./cyclegan.js";
import type { CycleGanNetwork } from "./phases.js";

// Made by fixtures/make-cyclegan-fixture.py in PyTorch, in float64.
const path = new URL("../fixtures/cyclegan.safetensors", import.meta.url);
const fixture = decodeSafetensors(readFileSync(path), "cyclegan.safetensors");
const stored = (name: string) => {
  const found = fixture.get(name);
  if (found === undefined) throw new Error(`the fixture holds no ${name}`);
  return found;
};
const load = (name: string) => {
  const { shape, values } = stored(name);
  return tensor<Rank.R4>(values.slice(), [...shape] as [number, number, number, number], "float32");
};
/** Biases in front of an instance norm, which takes them away: their gradients are rounding noise. */
const beforeNorms = ["fromImage", "down.0", "down.1", "blocks.0.first", "blocks.0.second", "up.0", "up.1"];
/** In the fixture's order. */
const terms = [
  ...["realA", "fakeA", "realB", "fakeB"].map((term) => `discriminators.${term}`),
  ...["adversarialA", "adversarialB", "cycleA", "cycleB", "identityA", "identityB"].map(
    (term) => `generators.${term}`,
  ),
];

testParity<CycleGanNetwork, UnpairedBatch>("cyclegan, its full pools included,", {
  create: () =>
    createCycleGan({
      imageSize: 32,
      generatorFeatures: 2,
      discriminatorFeatures: 2,
      discriminatorLayers: 1,
      residualBlocks: 1,
      poolSize: 2,
    }),
  stored,
  steps: 5,
  epsilon: 1e-4,
  batchSize: 1,
  createBatch: (step) => ({ a: load(`steps.${step}.a`), b: load(`steps.${step}.b`) }),
  noise: (step) => [stored(`steps.${step}.poolA`), stored(`steps.${step}.poolB`)],
  losses: (step, measured) =>
    terms.map((term, index) => [
      measured[term] as number,
      stored(`steps.${step}.losses`).values[index] as number,
    ]),
  without: [
    ...["A2B", "B2A"].flatMap((way) => beforeNorms.map((layer) => `generator${way}.${layer}.bias`)),
    "discriminatorA.blocks.1.conv.bias",
    "discriminatorB.blocks.1.conv.bias",
  ],
});
