import "@gan/backend-ort";
import { setFlagsFromString } from "node:v8";
import { runInNewContext } from "node:vm";
import { createImageStore, imageBatches, Random, train } from "@gan/core";
import { memory, ready, setBackend } from "@tensorflow/tfjs-core";
import { expect, it } from "vitest";
import { createDcgan } from "./dcgan.js";

setFlagsFromString("--expose-gc");
const collectGarbage = runInNewContext("gc") as () => void;

function measure() {
  collectGarbage();
  collectGarbage(); // buffers found dead are freed beside; the next collection waits for that
  return { tensors: memory().numTensors, rss: process.memoryUsage().rss };
}

const warmUpSteps = 600;
const steps = 3_000;

it(`neither tensors nor resident memory grow over ${steps} steps of training`, async () => {
  await setBackend("ort");
  await ready();
  const random = new Random(1);
  const pixels = Uint8Array.from({ length: 100 * 64 }, () => random.integer(256));
  const store = createImageStore({ name: "noise", count: 100, height: 8, width: 8, channels: 1, pixels });
  const batchSize = 4;
  const data = imageBatches(store, { batchSize, imageSize: 8, random });
  const model = { imageSize: 8, channels: 1, latentSize: 4, generatorFeatures: 2, discriminatorFeatures: 2 };
  const variant = createDcgan({ ...model, seed: 1 });
  const totalImages = (warmUpSteps + steps) * batchSize;
  let before: ReturnType<typeof measure> | undefined;
  let after: ReturnType<typeof measure> | undefined;
  for await (const event of train({ variant, data, totalImages, healthEveryImages: 400 })) {
    if (event.type !== "step") continue;
    if (event.imagesSeen === warmUpSteps * batchSize) before = measure();
    if (event.imagesSeen === totalImages) after = measure();
  }
  expect(after?.tensors).toBe(before?.tensors);
  expect((after?.rss as number) / (before?.rss as number)).toBeLessThan(1.03);
}, 120_000);
