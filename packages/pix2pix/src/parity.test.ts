import { readFileSync } from "node:fs";
import { decodeSafetensors, type PairBatch } from "@gan/core";
import { testParity } from "@gan/test-kit/variant";
import { type Rank, tensor } from "@tensorflow/tfjs-core";
import { createPix2Pix } from "./pix2pix.js";

// Made by fixtures/make-pix2pix-fixture.py in PyTorch, in float64.
const path = new URL("../fixtures/pix2pix.safetensors", import.meta.url);
const fixture = decodeSafetensors(readFileSync(path), "pix2pix.safetensors");
const stored = (name: string) => {
  const found = fixture.get(name);
  if (found === undefined) throw new Error(`the fixture holds no ${name}`);
  return found;
};
const load = (name: string) => {
  const { shape, values } = stored(name);
  return tensor<Rank.R4>(values.slice(), [...shape] as [number, number, number, number], "float32");
};

testParity<"generator" | "discriminator", PairBatch>("pix2pix", {
  create: () =>
    createPix2Pix({ imageSize: 32, generatorFeatures: 2, discriminatorFeatures: 2, discriminatorLayers: 1 }),
  stored,
  steps: 5,
  epsilon: 1e-4,
  batchSize: 2,
  createBatch: (step) => ({ input: load(`steps.${step}.input`), target: load(`steps.${step}.target`) }),
  noise: (step) => [0, 1, 2].map((block) => stored(`steps.${step}.dropout.${block}`)),
  losses: (step, measured) =>
    ["discriminator.real", "discriminator.fake", "generator.adversarial", "generator.reconstruction"].map(
      (term, index) => [measured[term] as number, stored(`steps.${step}.losses`).values[index] as number],
    ),
});
