import "@gan/backend-ort";
import { mkdtemp, readdir, readFile, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { createImageStore, imageBatches, Random, train } from "@gan/core";
import { saveRun } from "@gan/core/node";
import { useTrainingBackend } from "@gan/test-kit";
import { afterAll, beforeAll, expect, it } from "vitest";
import { createDcgan } from "./dcgan.js";

/** Everything that has a state of its own, or draws noise. */
const model = {
  imageSize: 8,
  channels: 1,
  latentSize: 4,
  generatorFeatures: 4,
  discriminatorFeatures: 4,
  averageHalfLifeImages: 100,
  generatorLearningRate: 1e-3,
  discriminatorLearningRate: 2e-2,
  stabilisers: {
    latents: "uniform",
    discriminatorNorm: "instance",
    spectralNorm: "discriminator",
    discriminatorDropout: 0.1,
    instanceNoise: 0.2,
    instanceNoiseImages: 200,
    adaTarget: 0.1,
    adaImages: 640,
  },
} as const;

/** 44 pictures in batches of 8, two to a step: an epoch is two and a half steps. */
const totalImages = 256;
const pixels = new Random(9).uniforms(44 * 64).map((value) => 256 * value);
const store = createImageStore({
  name: "toy",
  count: 44,
  height: 8,
  width: 8,
  channels: 1,
  pixels: Uint8Array.from(pixels),
});

let folder = "";
beforeAll(async () => {
  await useTrainingBackend();
  folder = await mkdtemp(join(tmpdir(), "gan-resume-"));
});
afterAll(() => rm(folder, { recursive: true, force: true }));

/** Trains from where the run is; breaks off as a crash would, without saving, after so many images. */
async function runTraining(run: string, breakOffAfter = Number.POSITIVE_INFINITY): Promise<number[]> {
  const variant = createDcgan({ ...model, seed: 1 });
  const data = imageBatches(store, { batchSize: 8, imageSize: 8, flip: true, random: new Random(2) });
  const saving = {
    config: model,
    seed: 1,
    sampleEveryImages: 1024,
    checkpointEveryImages: 48,
    sampleCount: 1,
  };
  const probabilities: number[] = [];
  const settings = { variant, data, totalImages, seed: 3, accumulate: 2, healthEveryImages: 0 };
  for await (const event of train({ ...settings, ...saveRun(join(folder, run), saving) })) {
    if (event.type === "step") probabilities.push(event.reports.adaProbability as number);
    if (event.imagesSeen >= breakOffAfter) break;
  }
  for (const network of [...Object.values(variant.networks), variant.averages.generator.module])
    network.dispose();
  return probabilities;
}

/** Every file of the last checkpoint: weights, averages, moments, state. */
async function readResult(run: string): Promise<Map<string, Buffer>> {
  const checkpoint = join(folder, run, "checkpoints", String(totalImages).padStart(12, "0"));
  const names = (await readdir(checkpoint)).sort();
  return new Map(
    await Promise.all(names.map(async (name) => [name, await readFile(join(checkpoint, name))] as const)),
  );
}

it("ends with the same bits after three interruptions, with averages, adaptive augmentation and accumulation", async () => {
  const probabilities = await runTraining("whole");
  expect(probabilities).toHaveLength(totalImages / 16);
  expect(Math.max(...probabilities)).toBeGreaterThan(0.1);
  const expected = await readResult("whole");
  expect([...expected.keys()]).toEqual(
    expect.arrayContaining([
      "averages.safetensors",
      "optimizer.safetensors",
      "state.json",
      "weights.safetensors",
    ]),
  );
  // In the first epoch before any checkpoint, between two checkpoints of the second epoch, and in the fifth.
  for (const breakOffAfter of [32, 80, 208]) await runTraining("interrupted", breakOffAfter);
  expect(await runTraining("interrupted")).toEqual(probabilities.slice(-4));
  const found = await readResult("interrupted");
  expect([...found.keys()]).toEqual([...expected.keys()]);
  for (const [name, bytes] of expected) expect(found.get(name)?.equals(bytes), name).toBe(true);
}, 120_000);
