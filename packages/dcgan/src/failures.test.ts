import { createImageStore, imageBatches, Random, train, type WarningCode } from "@gan/core";
import { startBackend } from "@gan/core/node";
import { beforeAll, expect, it } from "vitest";
import type { DcganOptions } from "./config.js";
import { createDcgan } from "./dcgan.js";

beforeAll(() => startBackend("ort-cpu"));

const imageSize = 8;

/** Light squares of some sizes and places on black. */
function createSquares() {
  const random = new Random(1);
  const count = 256;
  const pixels = new Uint8Array(count * imageSize ** 2);
  for (let picture = 0; picture < count; picture++) {
    const [x, y, reach] = [random.integer(imageSize), random.integer(imageSize), 1 + random.integer(3)];
    const level = 128 + random.integer(128);
    for (let pixel = 0; pixel < imageSize ** 2; pixel++) {
      const distance = Math.max(
        Math.abs((pixel % imageSize) - x),
        Math.abs(Math.floor(pixel / imageSize) - y),
      );
      if (distance <= reach) pixels[picture * imageSize ** 2 + pixel] = level;
    }
  }
  return createImageStore({
    name: "squares",
    count,
    height: imageSize,
    width: imageSize,
    channels: 1,
    pixels,
  });
}

/** Trains until this warning came, at most so many steps, and gives those that came. */
async function collectWarnings(
  options: DcganOptions,
  wanted: WarningCode,
  { batchSize, steps }: { batchSize: number; steps: number },
): Promise<WarningCode[]> {
  const data = imageBatches(createSquares(), { batchSize, imageSize, random: new Random(2) });
  const sizes = { imageSize, channels: 1, latentSize: 4, generatorFeatures: 4 };
  const variant = createDcgan({ ...sizes, discriminatorFeatures: 4, seed: 1, ...options });
  const seen: WarningCode[] = [];
  const healthEveryImages = 100 * batchSize;
  for await (const event of train({ variant, data, totalImages: steps * batchSize, healthEveryImages })) {
    if (event.type !== "warning") continue;
    seen.push(event.code);
    if (event.code === wanted) break;
  }
  return seen;
}

const standing = {
  generatorLearningRate: 1e-6,
  discriminatorLearningRate: 0.02,
  discriminatorFeatures: 8,
  beta1: 0.9,
};

it.each([
  {
    failure: "a generator that stands still",
    wanted: "discriminator-won",
    options: { ...standing, stabilisers: { discriminatorNorm: "none" } },
    batchSize: 8,
  },
  {
    failure: "the same with a loss that ends",
    wanted: "loss-at-zero",
    options: { ...standing, stabilisers: { loss: "hinge", discriminatorNorm: "none" } },
    batchSize: 8,
  },
  {
    failure: "steps that throw the generator where it learns nothing",
    wanted: "generator-starved",
    options: { generatorLearningRate: 0.01, discriminatorLearningRate: 0.01, beta1: 0.99 },
    batchSize: 4,
  },
  {
    failure: "a generator that learns next to nothing about its latents",
    wanted: "mode-collapse",
    options: { ...standing, generatorLearningRate: 1e-5 },
    batchSize: 4,
  },
  {
    failure: "networks that chase each other, for nothing damps the game",
    wanted: "oscillation",
    options: {
      generatorLearningRate: 0.01,
      discriminatorLearningRate: 0.01,
      beta1: 0.9,
      stabilisers: { loss: "wasserstein", weightClip: 0.1 },
    },
    batchSize: 8,
  },
] as const)(
  "warns of $wanted: $failure",
  async ({ wanted, options, batchSize }) => {
    const seen = await collectWarnings(options, wanted, { batchSize, steps: 4_000 });
    expect(seen).toContain(wanted);
  },
  180_000,
);

it("warns of nothing in a run that goes well", async () => {
  const options = { generatorLearningRate: 0.002, discriminatorLearningRate: 0.0005, generatorFeatures: 8 };
  expect(await collectWarnings(options, "mode-collapse", { batchSize: 8, steps: 1_300 })).toEqual([]);
}, 180_000);
