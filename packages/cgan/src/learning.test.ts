import "@gan/backend-ort";
import { createInferenceContext, Random, Trainer } from "@gan/core";
import { useTrainingBackend } from "@gan/test-kit";
import { tensor1d, tensor4d, tidy } from "@tensorflow/tfjs-core";
import { beforeAll, describe, expect, it } from "vitest";
import { createCgan } from "./cgan.js";

beforeAll(async () => {
  await useTrainingBackend();
});

describe("training on the compiled backend", () => {
  it.each([
    { generatorCondition: "concatenate", discriminatorCondition: "concatenate" },
    { generatorCondition: "batch-norm", discriminatorCondition: "projection" },
  ] as const)("learns which class is bright: $generatorCondition, $discriminatorCondition", (told) => {
    const learner = createCgan({
      imageSize: 8,
      channels: 1,
      latentSize: 3,
      generatorFeatures: 4,
      discriminatorFeatures: 4,
      averageHalfLifeImages: 0,
      ...told,
      classNames: ["dark", "bright"],
      generatorLearningRate: 2e-3,
      discriminatorLearningRate: 2e-3,
      seed: 1,
    });
    const trainer = new Trainer(learner, new Random(1));
    const labels = tensor1d([0, 1, 0, 1, 0, 1, 0, 1], "int32");
    const random = new Random(2);
    const noise = random.normals(8 * 64);
    const values = noise.map((value, index) => 0.1 * value + (Math.floor(index / 64) % 2 ? 0.6 : -0.6));
    const images = tensor4d(values, [8, 8, 8, 1]);
    for (let step = 0; step < 300; step++) trainer.step({ images, labels }, 8);
    const [dark, bright] = ["dark", "bright"].map((name) =>
      tidy(() => {
        const condition = learner.condition(Array(16).fill(name));
        const made = learner.sample({ count: 16, condition }, createInferenceContext(new Random(3)));
        const values = made.dataSync<"float32">();
        return values.reduce((total, value) => total + value, 0) / values.length;
      }),
    ) as [number, number];
    expect(bright - dark).toBeGreaterThan(0.6);
    trainer.dispose();
  });
});
