/**
 * Times training steps of a DCGAN preset as a user runs them: pictures loaded, noise drawn, averages moved,
 * measures read.
 *
 *     tsx preset/ours.ts --preset mnist-32 --rounds 100 [--threads 2]
 */
import { readFileSync } from "node:fs";
import { createRequire } from "node:module";
import { dirname, join } from "node:path";
import { parseArgs } from "node:util";
import { configure, explain } from "@gan/backend-ort";
import { createDcgan, type DcganOptions, dataSchema, imageBatches, Random, Trainer } from "@gan/dcgan";
import { openDataset, openImages } from "@gan/dcgan/node";
import { dispose, ready, setBackend } from "@tensorflow/tfjs-core";

const { values } = parseArgs({
  options: {
    preset: { type: "string", default: "mnist-32" },
    rounds: { type: "string", default: "100" },
    threads: { type: "string", default: "0" },
  },
});
const folder = dirname(createRequire(import.meta.url).resolve("@gan/dcgan/package.json"));
const preset = JSON.parse(readFileSync(join(folder, "configs", `${values.preset}.json`), "utf8")) as {
  model: DcganOptions & { imageSize: number; channels: 1 | 3 };
  data: { name: string };
  training: { batchSize: number };
};
const { batchSize } = preset.training;
configure({ threads: Number(values.threads) });
await setBackend("ort");
await ready();
const { imageSize, channels } = preset.model;
const images = await openImages(dataSchema.parse(preset.data), {
  imageSize,
  channels,
  openNamed: openDataset,
});
const data = imageBatches(images, { batchSize, imageSize, random: new Random(1) });
const trainer = new Trainer(createDcgan({ ...preset.model, seed: 1 }), new Random(1));
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
const graph = explain().graphs.find(({ name }) => name === "dcgan step");
console.log(
  JSON.stringify({
    peer: "ours",
    version: "workspace",
    threads: explain().threads,
    setting: explain().provider.used,
    nodes: graph?.nodes,
    medianMilliseconds: sorted[sorted.length >> 1],
  }),
);
