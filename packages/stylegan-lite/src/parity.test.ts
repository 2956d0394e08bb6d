import { readFileSync } from "node:fs";
import { decodeSafetensors } from "@gan/core";
import { testParity } from "@gan/test-kit/variant";
import { type Tensor4D, tensor4d } from "@tensorflow/tfjs-core";
import { createStyleganLite } from "./stylegan-lite.js";

// Made by fixtures/make-stylegan-fixture.py in PyTorch, in float64, with weights of their own for each picture.
const bytes = readFileSync(new URL("../fixtures/stylegan.safetensors", import.meta.url));
const header = JSON.parse(bytes.toString("utf8", 8, 8 + Number(bytes.readBigUInt64LE(0))));
const fixture = decodeSafetensors(bytes, "stylegan.safetensors");
const { groupSize, r1, penaltyEvery, learningRate, epsilon, ...fields } = JSON.parse(
  header.__metadata__.config,
);

const stored = (name: string) => {
  const found = fixture.get(name);
  if (found === undefined) throw new Error(`the fixture holds no ${name}`);
  return found;
};
const always = ["discriminator.real", "discriminator.fake", "generator.adversarial"];
const lazy = [
  "discriminator.real",
  "discriminator.fake",
  "penalty.r1",
  "generator.adversarial",
  "pathLength.penalty",
];

testParity("stylegan-lite, against PyTorch", {
  create: () =>
    createStyleganLite({
      ...fields,
      generatorLearningRate: learningRate,
      discriminatorLearningRate: learningRate,
      stabilisers: { r1, penaltyEvery, minibatchStandardDeviation: groupSize },
    }),
  stored,
  steps: 5,
  epsilon,
  batchSize: 4,
  createBatch(step) {
    const { values, shape } = stored(`steps.${step}.real`);
    return { images: tensor4d(values, shape as Tensor4D["shape"]) };
  },
  noise(step) {
    const asked = [...fixture.keys()].filter((name) => name.startsWith(`steps.${step}.noise.`));
    return asked.map((_, index) => stored(`steps.${step}.noise.${index}`));
  },
  losses(step, measured) {
    const names = step % 2 === 0 ? lazy : always;
    const { values } = stored(`steps.${step}.losses`);
    return names.map((name, index) => [measured[name] as number, values[index] as number] as const);
  },
  gradients: [
    { step: 0, prefix: "lazyGradients", tolerance: 1e-3 },
    { step: 1, prefix: "gradients", tolerance: 1e-4 },
  ],
  // Without a first moment, Adam makes steps of gradients that are all but zero.
  wayTolerance: 1e-2,
  buffers: ["generator.mapping.meanStyle", "generator.meanPathLength"],
});
