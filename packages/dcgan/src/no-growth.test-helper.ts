// Run by no-growth.test.ts as a process of its own, where nothing but training moves the resident size.
import "@gan/backend-ort";
import { createImageStore, imageBatches, Random, train } from "@gan/core";
import { memory, ready, setBackend } from "@tensorflow/tfjs-core";
import { createDcgan } from "./dcgan.js";

const [warmUpSteps = 0, steps = 0] = process.argv.slice(2).map(Number);

function measure() {
  globalThis.gc?.();
  globalThis.gc?.(); // buffers found dead are freed beside; the next collection waits for that
  return { tensors: memory().numTensors, megabytes: process.memoryUsage().rss / 1e6 };
}

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
for await (const event of train({ variant, data, totalImages, healthEveryImages: 400 })) {
  if (event.type !== "step") continue;
  const isMeasured = event.imagesSeen === warmUpSteps * batchSize || event.imagesSeen === totalImages;
  if (isMeasured) console.log(JSON.stringify(measure()));
}
