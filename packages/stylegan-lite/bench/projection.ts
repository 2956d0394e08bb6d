/**
 * Projects held-out pictures and compares, in the features of a network, with the nearest of many random samples:
 *
 *     pnpm --filter @gan/stylegan-lite bench:projection runs/avatars-32 --pictures 16 --table docs/projection.png
 *
 * Writes bench/results/projection.json.
 */
import { mkdirSync, writeFileSync } from "node:fs";
import { dirname } from "node:path";
import { parseArgs } from "node:util";
import "@gan/backend-ort";
import {
  composeTable,
  createRowContext,
  createSeedNoise,
  dataSchema,
  type FeatureExtractor,
  fromPixelImages,
  type PixelImage,
  Random,
  toPixelImages,
} from "@gan/core";
import { findCheckpoint, loadExtractor, openImages, writePicture } from "@gan/core/node";
import { openDataset } from "@gan/datasets";
import { concat, ready, setBackend, slice, type Tensor4D, tidy } from "@tensorflow/tfjs-core";
import { projectPictures, renderStyles } from "../src/index.js";
import { loadEncoder, loadStyleganLite } from "../src/node.js";

const { positionals, values: given } = parseArgs({
  allowPositionals: true,
  options: {
    pictures: { type: "string", default: "16" },
    samples: { type: "string", default: "1000" },
    steps: { type: "string", default: "200" },
    extractor: { type: "string", default: "efficientnet-lite0" },
    table: { type: "string" },
    out: { type: "string", default: "bench/results/projection.json" },
  },
});
const [run = "runs/avatars-32"] = positionals;
const [count, sampleCount, steps] = [given.pictures, given.samples, given.steps].map(Number) as [
  number,
  number,
  number,
];
/** Pictures that are projected, or sampled, at once. */
const atOnce = 8;

await setBackend("ort");
await ready();
const variant = await loadStyleganLite(run);
const checkpoint = await findCheckpoint(run);
if (checkpoint === undefined) throw new Error("unreachable: the model came from it");
const { config, trainer } = checkpoint.state;
const encoder = (await loadEncoder(run, variant.config))?.encoder;
const extractor = await loadExtractor(given.extractor);
const heldOut = await readHeldOut();

/** [pictures][features]. */
const featuresOf = async (pictures: PixelImage[]) =>
  splitRows(await extractor.extract(pictures), pictures.length);
const wanted = await featuresOf(heldOut);

const samples: Float32Array[] = [];
for (let first = 0; first < sampleCount; first += atOnce) {
  const seeds = Array.from({ length: Math.min(atOnce, sampleCount - first) }, (_, index) => first + index);
  const ctx = createRowContext(
    seeds.map((seed) => createSeedNoise(seed)),
    new Random(0),
  );
  samples.push(...(await featuresOf(await takePixels(variant.sample({ count: seeds.length }, ctx)))));
}

const rows: Record<"nearestSample" | "start" | "inW" | "inLayers", number>[] = [];
const table: Tensor4D[] = [];
let seconds = 0;
for (let first = 0; first < count; first += atOnce) {
  const part = heldOut.slice(first, first + atOnce);
  const targets = fromPixelImages(part);
  const before = performance.now();
  const found = await projectPictures(variant, targets, { extractor, encoder, steps });
  seconds += (performance.now() - before) / 1000;
  const columns = [found.start, found.inW, found.styles].map((styles) => renderStyles(variant, styles));
  const made = await Promise.all(columns.map(async (images) => featuresOf(await toPixelImages(images))));
  for (const [index, target] of wanted.slice(first, first + part.length).entries()) {
    const [start, inW, inLayers] = made.map((features) => distance(features[index] as Float32Array, target));
    const nearestSample = Math.min(...samples.map((sample) => distance(sample, target)));
    rows.push({ nearestSample, start, inW, inLayers } as (typeof rows)[number]);
    table.push(
      ...[targets, ...columns].map((images) =>
        tidy(() => slice(images, [index, 0, 0, 0], [1, ...images.shape.slice(1)])),
      ),
    );
  }
  console.log(`${rows.length} of ${count} projected`);
}

const median = (values: number[]) => [...values].sort((a, b) => a - b)[values.length >> 1] as number;
const medians = Object.fromEntries(
  (["nearestSample", "start", "inW", "inLayers"] as const).map((name) => [
    name,
    median(rows.map((row) => row[name])),
  ]),
);
const results = {
  imagesSeen: trainer.imagesSeen,
  pictures: count,
  samples: sampleCount,
  steps,
  startedBy: encoder === undefined ? "mean" : "encoder",
  extractor: `${extractor.name} (weights ${extractor.weightsHash.slice(0, 8)}), resize ${extractor.resize}`,
  distance: "Euclidean, between features of pictures as bytes",
  medians,
  nearerThanNearestSample: {
    inW: rows.filter(({ inW, nearestSample }) => inW < nearestSample).length,
    inLayers: rows.filter(({ inLayers, nearestSample }) => inLayers < nearestSample).length,
  },
  secondsPerPicture: Number((seconds / count).toFixed(1)),
  rows,
};
mkdirSync(dirname(given.out), { recursive: true });
writeFileSync(given.out, `${JSON.stringify(results, null, 2)}\n`);
console.log({ ...results, rows: undefined });
if (given.table !== undefined) {
  const all = concat(table);
  const images = { shape: all.shape, values: await all.data<"float32">() };
  const columnLabels = ["held out", encoder === undefined ? "mean" : "encoder", "w", "w+"];
  await writePicture(given.table, composeTable(images, { columns: 4, columnLabels }));
}

/** The first pictures of the set's test part, as the model takes them. */
async function readHeldOut(): Promise<PixelImage[]> {
  const data = dataSchema.parse((config as { data: object }).data);
  const { imageSize, channels } = variant.config;
  const few = { ...data, name: `${data.name}-test`, options: { ...data.options, count }, cache: false };
  const set = await openImages(few, { imageSize, channels, openNamed: openDataset });
  const pictures = await Promise.all(Array.from({ length: count }, (_, index) => set.read(index)));
  await set.close();
  return pictures;
}

async function takePixels(images: Tensor4D): Promise<PixelImage[]> {
  const pictures = await toPixelImages(images);
  images.dispose();
  return pictures;
}

function splitRows(
  { features }: Awaited<ReturnType<FeatureExtractor["extract"]>>,
  rows: number,
): Float32Array[] {
  const size = features.length / rows;
  return Array.from({ length: rows }, (_, row) => features.slice(row * size, (row + 1) * size));
}

function distance(one: Float32Array, other: Float32Array): number {
  return Math.sqrt(one.reduce((sum, value, at) => sum + (value - (other[at] as number)) ** 2, 0));
}
