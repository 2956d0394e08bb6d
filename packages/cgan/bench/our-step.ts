/**
 * Times training steps of a preset as a user runs them: pictures loaded, noise drawn, averages moved, measures read.
 *
 *     tsx bench/our-step.ts --rounds 100 [--preset mnist-32] [--projection]
 */
import { readFileSync } from "node:fs";
import { parseArgs } from "node:util";
import { explain } from "@gan/backend-ort";
import { dataSchema, imageBatches, Random, Trainer } from "@gan/core";
import { openImages } from "@gan/core/node";
import { openDataset } from "@gan/datasets";
import { dispose, ready, setBackend } from "@tensorflow/tfjs-core";
import { type CganOptions, createCgan } from "../src/index.js";

const { values } = parseArgs({
  options: {
    preset: { type: "string", default: "mnist-32" },
    rounds: { type: "string", default: "100" },
    projection: { type: "boolean", default: false },
  },
});
const preset = JSON.parse(
  readFileSync(new URL(`../configs/${values.preset}.json`, import.meta.url), "utf8"),
) as {
  model: CganOptions & { imageSize: number; channels: 1 | 3 };
  data: { name: string };
  training: { batchSize: number };
};
const { batchSize } = preset.training;
const { imageSize, channels } = preset.model;
await setBackend("ort");
await ready();
const images = await openImages(dataSchema.parse(preset.data), {
  imageSize,
  channels,
  openNamed: openDataset,
});
const data = imageBatches(images, { batchSize, imageSize, random: new Random(1), labels: true });
const told = values.projection
  ? ({ generatorCondition: "batch-norm", discriminatorCondition: "projection" } as const)
  : {};
const variant = createCgan({ ...preset.model, ...told, classNames: [...(images.classNames ?? [])], seed: 1 });
const trainer = new Trainer(variant, new Random(1));
const warmUp = 10;
const milliseconds: number[] = [];
let start = performance.now();
for await (const batch of data.batches(0)) {
  trainer.step(batch, batchSize);
  dispose(batch);
  milliseconds.push(performance.now() - start);
  if (milliseconds.length === warmUp + Number(values.rounds)) break;
  start = performance.now();
}
const sorted = milliseconds.slice(warmUp).sort((a, b) => a - b);
console.log(
  JSON.stringify({
    version: "workspace",
    threads: explain().threads,
    setting: explain().provider.used,
    medianMilliseconds: sorted[sorted.length >> 1],
  }),
);
