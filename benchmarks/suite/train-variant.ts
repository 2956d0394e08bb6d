/**
 * Trains a variant for a budget and measures what its pictures are worth along the way, as a process of its own:
 *
 *     tsx suite/train-variant.ts REQUEST
 *
 * REQUEST is a {@link TrainingRequest} as JSON; the answer is a line of JSON.
 */
import { createHash } from "node:crypto";
import { readdir, readFile } from "node:fs/promises";
import { join } from "node:path";
import { multiplyDoubles } from "@gan/backend-ort";
import {
  collectFeatures,
  type FeatureMetric,
  fromPixelImages,
  measure,
  type PixelImage,
  Random,
} from "@gan/core";
import { type CheckpointFolder, loadExtractor, readRunLog, writeGrid } from "@gan/core/node";
import { ready, setBackend } from "@tensorflow/tfjs-core";
import type { QualityCase } from "../quality/cases.js";
import { makePictures } from "../quality/make-pictures.js";
import { openCase, openHeldOut } from "../quality/open-case.js";
import { runTraining, trainPeer } from "../quality/train.js";
import { writeData } from "../quality/write-data.js";
import { findVariant, loadBench } from "../variants/find-variants.js";
import type { CurvePoint, Learned, Training } from "./rows.js";

/** What to train and how to measure it. */
export interface TrainingRequest {
  case: QualityCase;
  images: number;
  seed: number;
  threads: number;
  /** Of the untrained network and the last; of the places between the first of these alone. */
  metrics: readonly FeatureMetric[];
  /** Places of the curve after the untrained network. */
  points: number;
  /** Keeps runs, so that an interrupted one goes on. */
  folder: string;
  /** Picture to write samples to. */
  grid: string;
  /** Python with PyTorch, to train the same there. */
  python?: string | undefined;
}

/** What {@link TrainingRequest} is answered. */
export interface TrainingAnswer {
  training: Omit<Training, "grid">;
  peer?: Learned;
}

const request = JSON.parse(process.argv[2] as string) as TrainingRequest;
const { case: one, images, seed, threads, folder, points } = request;
await setBackend("ort");
await ready();
const bench = await loadBench(findVariant(one.gan));
const opened = await openCase(bench, one);
const extractor = await loadExtractor(one.extractor);
const collect = (name: string, pictures: readonly PixelImage[]) =>
  collectFeatures(
    {
      name,
      count: pictures.length,
      async *batches(size) {
        for (let first = 0; first < pictures.length; first += size) yield pictures.slice(first, first + size);
      },
    },
    extractor,
    { random: new Random(0), multiply: multiplyDoubles },
  );
/** Translations are compared in the default direction alone. */
const direction = Object.keys(opened.sources)[0];
const real = await collect(
  "real",
  direction === undefined
    ? await openHeldOut(one, opened.model)
    : (opened.test[opened.targets[direction] as string] as PixelImage[]),
);

let metricSeconds = 0;
async function score(
  all: readonly PixelImage[],
  metrics: readonly FeatureMetric[] = request.metrics,
): Promise<Omit<Learned, "images" | "minutes">> {
  const start = performance.now();
  const count =
    direction === undefined ? all.length : (opened.test[opened.sources[direction] as string]?.length ?? 0);
  const fake = await collect("made", all.slice(0, count));
  const { values } = measure(metrics, real, fake, { multiply: multiplyDoubles });
  metricSeconds = (performance.now() - start) / 1000;
  const { fid = null, kid = null, kidDeviation = null, precision = null, recall = null } = values;
  return { fid, kid, kidDeviation, precision, recall };
}

/** A run's checkpoints in order. */
async function listCheckpoints(run: string): Promise<CheckpointFolder[]> {
  const root = join(run, "checkpoints");
  const names = (await readdir(root)).filter((name) => /^\d{12}$/.test(name)).sort();
  return Promise.all(
    names.map(async (name) => {
      const path = join(root, name);
      return { path, state: JSON.parse(await readFile(join(path, "state.json"), "utf8")) };
    }),
  );
}

/** Minutes of training by images seen, without checkpoints and samples. */
async function readMinutes(run: string): Promise<(imagesSeen: number) => number> {
  const { events } = await readRunLog(run);
  const steps = events.filter((event) => event.type === "step");
  return (imagesSeen) => {
    let [seconds, last] = [0, 0];
    for (const { imagesSeen: at, imagesPerSecond } of steps) {
      if (at > imagesSeen) break;
      seconds += (at - last) / imagesPerSecond;
      last = at;
    }
    return seconds / 60;
  };
}

const run = await runTraining({
  ...{ bench, case: one, opened, folder, seed, images, threads },
  settings: {
    "training.checkpointEveryImages": Math.ceil(images / points),
    "training.keepCheckpoints": points + 2,
  },
});
const minutesAt = await readMinutes(run);
const curve: (CurvePoint & Learned)[] = [];
let pictures: PixelImage[] = [];
const checkpoints = await listCheckpoints(run);
for (const [place, checkpoint] of checkpoints.entries()) {
  const { imagesSeen } = checkpoint.state.trainer;
  pictures = await makePictures(bench, one, opened, checkpoint, seed);
  // KID and neighbours of 10,000 pictures take longer than their features: only where tables show them.
  const isShown = place === 0 || place === checkpoints.length - 1;
  const scored = await score(pictures, isShown ? request.metrics : request.metrics.slice(0, 1));
  curve.push({ images: imagesSeen, minutes: minutesAt(imagesSeen), ...scored });
}
const last = curve.at(-1) as CurvePoint & Learned;
const grid = fromPixelImages(pictures.slice(0, 32));
await writeGrid(request.grid, grid, 8);
grid.dispose();

/** SHA-256 of the pictures of all sets, in order. */
function hashPictures(sets: Readonly<Record<string, readonly PixelImage[]>>): string {
  const hash = createHash("sha256");
  for (const [name, all] of Object.entries(sets)) {
    hash.update(name);
    for (const { pixels } of all) hash.update(pixels);
  }
  return hash.digest("hex");
}

const training: TrainingAnswer["training"] = {
  ...last,
  seed,
  n: Math.min(real.count, direction === undefined ? one.count : pictures.length),
  extractor: extractor.name,
  dataHash: hashPictures(opened.train),
  curve: curve.map(({ images, minutes, fid, kid }) => ({ images, minutes, fid, kid })),
  metricSeconds,
};
const answer: TrainingAnswer = { training };
if (request.python !== undefined) {
  writeData(join(folder, "data"), opened);
  const trained = await trainPeer(request.python, {
    bench,
    case: one,
    opened,
    folder,
    seed,
    images,
    threads,
  });
  answer.peer = { images, minutes: trained.seconds / 60, ...(await score(trained.pictures)) };
}
console.log(JSON.stringify(answer));
process.exit(0);
