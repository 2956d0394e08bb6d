import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { explain } from "@gan/backend-ort";
import { createImageStore, Random, train } from "@gan/core";
import { saveRun } from "@gan/core/node";
import { useTrainingBackend } from "@gan/test-kit";
import { getBackend } from "@tensorflow/tfjs-core";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import type { ProganOptions } from "./config.js";
import { createProgan } from "./progan.js";
import { growingBatches } from "./staged-data.js";

const options: ProganOptions = {
  imageSize: 8,
  channels: 1,
  latentSize: 4,
  featureBase: 16,
  featureMax: 4,
  stableImages: 16,
  fadeImages: 32,
  batchSizes: { 4: 8, 8: 4 },
};
/** 2 steps at 4×4, 8 that fade 8×8 in, and 4 more. */
const totalImages = 64;

let folder: string;
beforeAll(async () => {
  await useTrainingBackend();
  folder = await mkdtemp(join(tmpdir(), "progan-"));
});
afterAll(() => rm(folder, { recursive: true, force: true }));

function createData(variant: ReturnType<typeof createProgan>) {
  const pixels = Uint8Array.from({ length: 24 * 64 }, (_, index) => (index * 37) % 256);
  const set = createImageStore({ name: "toy", count: 24, height: 8, width: 8, channels: 1, pixels });
  return growingBatches(set, variant.config, { random: new Random(5) });
}

const countSteps = () => explain().graphs.filter(({ name }) => name === "progan step").length;

/** Trains into a folder, in turns that end after so many images. */
async function trainTo(run: string, ends: readonly number[]) {
  let weights: number[][] = [];
  let compiled = 0;
  for (const end of ends) {
    const variant = createProgan({ ...options, seed: 2 });
    const saving = { config: {}, seed: 1, sampleEveryImages: 1000, checkpointEveryImages: 8 };
    const interruption = new AbortController();
    const data = createData(variant);
    const { signal } = interruption;
    for await (const event of train({
      variant,
      data,
      totalImages,
      signal,
      ...saveRun(join(folder, run), saving),
    })) {
      if (event.type === "step" && event.imagesSeen >= end) interruption.abort();
      compiled = Math.max(compiled, countSteps());
    }
    weights = [...variant.networks.generator.namedParameters().values()].map((one) => [...one.dataSync()]);
    weights.push(
      ...[...variant.averages.generator.module.namedParameters().values()].map((one) => [...one.dataSync()]),
    );
    variant.networks.generator.dispose();
    variant.networks.discriminator.dispose();
  }
  return { weights, compiled };
}

describe("growth", () => {
  it("goes on exactly when it was interrupted at 4×4, inside a fade and after it", async () => {
    const before = countSteps();
    const whole = await trainTo("whole", [totalImages]);
    // One compiled step for each stage, whatever the fade; tfjs-node compiles none.
    expect(whole.compiled - before).toBe(getBackend() === "ort" ? 3 : 0);
    const parts = await trainTo("parts", [8, 28, 52, totalImages]);
    expect(parts.weights).toEqual(whole.weights);
  });

  it("refuses pictures of at most half the size", () => {
    const { config } = createProgan({ ...options, imageSize: 16 });
    const set = createImageStore({
      name: "toy",
      count: 8,
      height: 8,
      width: 8,
      channels: 1,
      pixels: new Uint8Array(512),
    });
    expect(() => growingBatches(set, config, { random: new Random(1) })).toThrow(
      "imageSize must be less than twice the pictures' size (8×8 in toy), got 16. Use 8.",
    );
  });
});
