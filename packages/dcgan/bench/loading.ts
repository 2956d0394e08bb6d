/**
 * Measures how many images per second come from each kind of data, against how many the preset mnist-32
 * trains on, in one process and in turn.
 *
 *     pnpm --filter @gan/dcgan bench:loading [--json FILE] [--rounds 5] [--seconds 2]
 */
import { mkdir, mkdtemp, readFile, rm, writeFile } from "node:fs/promises";
import { cpus, loadavg, tmpdir } from "node:os";
import { join } from "node:path";
import { parseArgs } from "node:util";
import "@gan/backend-ort";
import {
  type BatchSource,
  type ImageBatch,
  imageBatches,
  Random,
  type SizedImageSet,
  Trainer,
} from "@gan/core";
import { imageFolder, prepareImages } from "@gan/core/node";
import { loadMnist } from "@gan/datasets";
import { dispose, ready, setBackend } from "@tensorflow/tfjs-core";
import { createDcgan, type DcganOptions } from "../src/index.js";
import { writePhotographs } from "./photographs.js";

const { values } = parseArgs({
  options: {
    json: { type: "string" },
    rounds: { type: "string", default: "5" },
    seconds: { type: "string", default: "2" },
  },
});
const [rounds, seconds] = [Number(values.rounds), Number(values.seconds)];
if (!(rounds >= 1 && seconds > 0)) throw new RangeError("--rounds and --seconds must be above 0");

interface Preset {
  model: DcganOptions & { imageSize: number };
  training: { batchSize: number };
}
const presetUrl = new URL("../configs/mnist-32.json", import.meta.url);
const { model, training } = JSON.parse(await readFile(presetUrl, "utf8")) as Preset;
const { imageSize } = model;
const { batchSize } = training;

await setBackend("ort");
await ready();
const folder = await mkdtemp(join(tmpdir(), "gan-loading-"));
try {
  const photographs = join(folder, "photographs");
  await mkdir(photographs);
  await writePhotographs(photographs, 2000);
  const sets = await openSets(photographs, join(folder, "cache"));
  await measure(sets);
  for (const { set } of sets) await set.close?.();
} finally {
  await rm(folder, { recursive: true, force: true });
}

interface NamedSet {
  name: string;
  set: SizedImageSet & { close?(): Promise<void> };
}

async function openSets(photographs: string, cacheFolder: string): Promise<NamedSet[]> {
  const files = await imageFolder(photographs);
  const shape = { height: imageSize, width: imageSize } as const;
  const prepare = (channels: 1 | 3, cache: false | { folder: string }) =>
    prepareImages(files, { ...shape, channels, cache, onWarning: (message) => console.error(message) });
  return [
    { name: "MNIST in memory", set: await loadMnist() },
    { name: "packed cache, grey", set: await prepare(1, { folder: cacheFolder }) },
    { name: "packed cache, colour", set: await prepare(3, { folder: cacheFolder }) },
    { name: "PNG of 96×96 decoded each time", set: await prepare(3, false) },
  ];
}

async function measure(sets: readonly NamedSet[]): Promise<void> {
  const sources = sets.map(({ name, set }) => ({
    name,
    source: imageBatches(set, {
      batchSize,
      imageSize,
      flip: true,
      random: new Random(1),
    }),
  }));
  const load = loadavg()[0] as number; // what else runs, before this does
  const [digits, grey] = sources as [Source, Source];
  const trainer = new Trainer(createDcgan({ ...model, seed: 1 }), new Random(1));
  const step = (batch: ImageBatch) => void trainer.step(batch, batchSize);
  const works = [
    ...sources.map(({ name, source }) => ({ name: `loading: ${name}`, source, use: () => {} })),
    { name: "training: MNIST in memory", source: digits.source, use: step },
    { name: "training: packed cache, grey", source: grey.source, use: step },
  ];
  const rates = works.map((): number[] => []);
  for (let round = -1; round < rounds; round++) {
    for (const [index, { source, use }] of works.entries()) {
      const rate = await measureRate(source, use);
      if (round >= 0) rates[index]?.push(rate); // the first round compiles and warms up
    }
  }
  trainer.dispose();
  const medians = rates.map((list) => list.sort((a, b) => a - b)[list.length >> 1] as number);
  const trained = medians[sources.length] as number;
  const rows = works.map(({ name }, index) => ({
    name,
    imagesPerSecond: Math.round(medians[index] as number),
    timesTraining: Number(((medians[index] as number) / trained).toFixed(2)),
  }));
  console.table(rows);
  if (values.json === undefined) return;
  const machine = {
    processor: cpus()[0]?.model ?? "unknown",
    cores: cpus().length,
    load,
    node: process.version,
  };
  const text = JSON.stringify({ machine, rounds, seconds, batchSize, imageSize, rows }, null, 2);
  await writeFile(values.json, `${text}\n`);
}

interface Source {
  name: string;
  source: BatchSource<ImageBatch>;
}

/** Images per second over about `seconds`. */
async function measureRate(
  source: BatchSource<ImageBatch>,
  use: (batch: ImageBatch) => void,
): Promise<number> {
  const start = performance.now();
  let images = 0;
  for await (const batch of source.batches(0)) {
    use(batch);
    dispose(batch);
    images += batchSize;
    const elapsed = (performance.now() - start) / 1000;
    if (elapsed > seconds) return images / elapsed;
  }
  throw new Error("a batch source never ends");
}
