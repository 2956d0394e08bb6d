import "@gan/backend-ort";
import { type ImageBatch, Random, Trainer } from "@gan/core";
import { useCpuBackend } from "@gan/test-kit";
import { memory, ready, setBackend, tensor4d } from "@tensorflow/tfjs-core";
import { describe, expect, it } from "vitest";
import { createDcgan } from "./dcgan.js";

const options = {
  imageSize: 16,
  channels: 1,
  latentSize: 6,
  generatorFeatures: 4,
  discriminatorFeatures: 4,
  averageHalfLifeImages: 100,
  seed: 2,
};

const createBatch = (random: Random): ImageBatch => ({
  images: tensor4d(random.normals(8 * 256).map(Math.tanh), [8, 16, 16, 1]),
});

/** Losses of a few steps and the averaged weights after them. */
function runSteps(steps: number) {
  const dcgan = createDcgan(options);
  const trainer = new Trainer(dcgan, new Random(4));
  const random = new Random(5);
  const losses: number[] = [];
  const tensorCounts: number[] = [];
  for (let step = 0; step < steps; step++) {
    const batch = createBatch(random);
    losses.push(...Object.values(trainer.step(batch, 8).losses));
    batch.images.dispose();
    tensorCounts.push(memory().numTensors);
  }
  const weights = [...trainer.namedAverages().values()].flatMap((variable) => [...variable.dataSync()]);
  trainer.dispose();
  return { losses, weights, tensorCounts };
}

describe("the compiled step", () => {
  it("equals plain execution on tfjs-backend-cpu", async () => {
    await useCpuBackend();
    const plain = runSteps(5);
    await setBackend("ort");
    await ready();
    const compiled = runSteps(5);
    plain.losses.forEach((loss, index) => {
      expect(compiled.losses[index]).toBeCloseTo(loss, 4);
    });
    const difference = Math.hypot(
      ...plain.weights.map((value, index) => value - (compiled.weights[index] ?? 0)),
    );
    expect(difference / Math.hypot(...plain.weights)).toBeLessThan(1e-3);
  });

  it("keeps the number of tensors constant over 300 steps", async () => {
    await setBackend("ort");
    const { tensorCounts } = runSteps(300);
    expect(new Set(tensorCounts.slice(2)).size).toBe(1);
  });
});
