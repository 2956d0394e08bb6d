import { readFileSync } from "node:fs";
import { decodeSafetensors } from "@gan/core";
import { testParity } from "@gan/test-kit/variant";
import { type Tensor4D, tensor4d } from "@tensorflow/tfjs-core";
import { createProgan } from "./progan.js";

// Made by fixtures/make-progan-fixture.py in PyTorch, in float64: two steps at 8 pixels, five while 16 fade in.
const bytes = readFileSync(new URL("../fixtures/progan.safetensors", import.meta.url));
const header = JSON.parse(bytes.toString("utf8", 8, 8 + Number(bytes.readBigUInt64LE(0))));
const fixture = decodeSafetensors(bytes, "progan.safetensors");
const { groupSize, gradientPenalty, drift, ...fields } = JSON.parse(header.__metadata__.config);

const stored = (name: string) => {
  const found = fixture.get(name);
  if (found === undefined) throw new Error(`the fixture holds no ${name}`);
  return found;
};
const terms = ["real", "fake", "gradientPenalty", "drift"].map((name) => `discriminator.${name}`);
const both = (layer: string) => [`${layer}.weight`, `${layer}.bias`];

testParity("progan, against PyTorch", {
  create: () =>
    createProgan({
      ...fields,
      stabilisers: { gradientPenalty, drift, minibatchStandardDeviation: groupSize },
    }),
  stored,
  steps: 7,
  epsilon: fields.epsilon,
  batchSize: 4,
  createBatch(step) {
    const { values, shape } = stored(`steps.${step}.real`);
    return { images: tensor4d(values, shape as Tensor4D["shape"]) };
  },
  noise: (step) => [stored(`steps.${step}.latents`), stored(`steps.${step}.mixing`)],
  losses(step, measured) {
    const { values } = stored(`steps.${step}.losses`);
    const names = [...terms, "generator.adversarial"];
    return names.map((name, index) => [measured[name] as number, values[index] as number] as const);
  },
  // In the second step that fades: in the first the new level has no weight yet.
  gradients: [{ step: 3, prefix: "gradients", tolerance: 1e-4, without: ["discriminator.judge.bias"] }],
  // At 4×4 nothing is shown or seen; the last bias moves by what -1 + 1 leaves, and the drift.
  without: [...both("generator.toImages.0"), ...both("discriminator.fromImages.0")],
});
