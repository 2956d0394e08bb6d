import { readFileSync } from "node:fs";
import { decodeSafetensors } from "@gan/core";
import { testParity } from "@gan/test-kit/variant";
import { type Tensor4D, tensor1d, tensor4d } from "@tensorflow/tfjs-core";
import { createCgan } from "./cgan.js";

// Made by fixtures/make-cgan-fixture.py in PyTorch, in float64.
const path = new URL("../fixtures/cgan.safetensors", import.meta.url);
const fixture = decodeSafetensors(readFileSync(path), "cgan.safetensors");

const conditions = {
  concatenate: { generatorCondition: "concatenate", discriminatorCondition: "concatenate" },
  projection: { generatorCondition: "batch-norm", discriminatorCondition: "projection" },
} as const;

for (const way of ["concatenate", "projection"] as const) {
  const stored = (name: string) => {
    const found = fixture.get(`${way}.${name}`);
    if (found === undefined) throw new Error(`the fixture holds no ${way}.${name}`);
    return found;
  };
  testParity(`cgan by ${way}, against PyTorch`, {
    create: () =>
      createCgan({
        ...conditions[way],
        imageSize: 16,
        classNames: ["a", "b", "c"],
        latentSize: 6,
        generatorFeatures: 4,
        discriminatorFeatures: 4,
      }),
    stored,
    steps: 5,
    epsilon: 1e-4,
    batchSize: 8,
    createBatch(step) {
      const { values, shape } = stored(`steps.${step}.images`);
      const labels = tensor1d(Int32Array.from(stored(`steps.${step}.labels`).values), "int32");
      return { images: tensor4d(values, shape as Tensor4D["shape"]), labels };
    },
    noise: (step) => [stored(`steps.${step}.latents`)],
    losses(step, measured) {
      const [real, fake, generator] = stored(`steps.${step}.losses`).values as unknown as number[];
      return [
        [measured["discriminator.real"] as number, real as number],
        [measured["discriminator.fake"] as number, fake as number],
        [measured["generator.adversarial"] as number, generator as number],
      ];
    },
  });
}
