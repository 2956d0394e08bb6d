/**
 * Measures what is no variant's own, as a process of its own that prints a line of JSON: pictures from memory and from
 * files, features and distances, checkpoints.
 *
 *     tsx suite/services.ts
 */

import { readdirSync } from "node:fs";
import { mkdtemp, rm, stat } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { multiplyDoubles } from "@gan/backend-ort";
import {
  collectFeatures,
  createImageStore,
  imageBatches,
  measure,
  type PixelImage,
  Random,
  type SizedImageSet,
  type TensorRecord,
  Trainer,
  type Variant,
} from "@gan/core";
import {
  findCheckpoint,
  imageFolder,
  loadExtractor,
  prepareImages,
  restoreTrainer,
  saveCheckpoint,
  writePicture,
} from "@gan/core/node";
import { dispose, ready, setBackend } from "@tensorflow/tfjs-core";
import { createCases } from "../throughput/cases.js";
import { createPictures } from "../throughput/create-step.js";
import { findVariants, loadBench } from "../variants/find-variants.js";
import type { ServiceRow } from "./rows.js";

const services: ServiceRow[] = [];
const note = (name: string, value: number, unit: string, about: string) =>
  services.push({ name, value, unit, about });
const seconds = (start: number) => (performance.now() - start) / 1000;

await setBackend("ort");
await ready();
const folder = await mkdtemp(join(tmpdir(), "gan-services-"));
try {
  await measureData();
  await measureMetrics();
  await measureCheckpoints();
} finally {
  await rm(folder, { recursive: true, force: true });
}
console.log(JSON.stringify({ services }));
process.exit(0);

/** Images per second of batches of 32 at 64×64, for about two seconds. */
async function measureRate(set: SizedImageSet): Promise<number> {
  const random = new Random(1);
  const batches = imageBatches(set, { batchSize: 32, imageSize: 64, flip: true, random }).batches(0);
  let images = 0;
  let start = performance.now();
  for await (const batch of batches) {
    dispose(batch as unknown as TensorRecord);
    if (images === 0) start = performance.now(); // the first batch warms up
    images += 32;
    if (seconds(start) > 2) break;
  }
  return (images - 32) / seconds(start);
}

async function measureData(): Promise<void> {
  const pictures = createPictures(64, 3);
  const store = createImageStore(pictures);
  const batches = "batches of 32 in colour at 64×64, some mirrored";
  note("data from memory", await measureRate(store), "images/s", batches);
  const files = join(folder, "pictures");
  for (let index = 0; index < 128; index++) {
    await writePicture(join(files, `${index}.png`), await store.read(index));
  }
  const set = await prepareImages(await imageFolder(files), {
    ...{ height: 64, width: 64, channels: 3 },
    cache: false,
  });
  note("data from PNG files", await measureRate(set), "images/s", `${batches}, decoded each time`);
  await set.close?.();
}

async function measureMetrics(): Promise<void> {
  for (const [name, side, channels, count] of [
    ["mnist-classifier", 32, 1, 2000],
    ["efficientnet-lite0", 64, 3, 64],
  ] as const) {
    const extractor = await loadExtractor(name);
    const store = createImageStore(createPictures(side, channels));
    const all: PixelImage[] = await Promise.all(
      Array.from({ length: count }, (_, index) => store.read(index % store.count)),
    );
    const source = {
      name: "random",
      count,
      async *batches(size: number) {
        for (let first = 0; first < count; first += size) yield all.slice(first, first + size);
      },
    };
    const collect = () =>
      collectFeatures(source, extractor, { random: new Random(0), multiply: multiplyDoubles });
    const first = await collect();
    const start = performance.now();
    const features = await collect();
    note(`features of ${name}`, count / seconds(start), "pictures/s", `${count} pictures of ${side}×${side}`);
    const distance = performance.now();
    measure(["fid"], first, features, { multiply: multiplyDoubles });
    const size = features.features?.size;
    note(`FID of ${name}`, seconds(distance), "s", `from the statistics of ${size} features`);
    extractor.dispose();
  }
}

async function measureCheckpoints(): Promise<void> {
  for (const found of findVariants()) {
    const bench = await loadBench(found);
    const [one] = createCases(found.name, bench);
    if (one === undefined) continue;
    const trainer = new Trainer(
      bench.cli.create(one.model, 1) as Variant<string, TensorRecord>,
      new Random(1),
    );
    const run = join(folder, found.name);
    const saving = performance.now();
    const path = await saveCheckpoint(run, trainer, { config: one.model });
    const saved = seconds(saving);
    const names = readdirSync(path);
    const sizes = await Promise.all(names.map(async (name) => (await stat(join(path, name))).size));
    const megabytes = sizes.reduce((sum, size) => sum + size, 0) / 1e6;
    const about = `${megabytes.toFixed(1)} MB of ${one.name}, hashed`;
    note(`checkpoint of ${found.name}, save`, saved, "s", about);
    const loading = performance.now();
    const checkpoint = await findCheckpoint(run);
    if (checkpoint === undefined) throw new Error(`${run} holds no checkpoint after saving`);
    await restoreTrainer(checkpoint, trainer);
    note(`checkpoint of ${found.name}, load`, seconds(loading), "s", about);
    trainer.dispose();
  }
}
