/**
 * How a run of a preset learned: what `train --metrics` measured by images seen, beside the untrained network and the
 * floor, what the training pictures score against held-out ones:
 *
 *     pnpm --filter @gan/benchmarks bench:learning --gan stylegan-lite --run runs/avatars-32 [--held-out avatars-test]
 *         [--json results/learning.json] [--chart FILE.svg]
 *
 * What the newest weights score is measured too where the run ended before its next measurement. All with the run's extractor, seed and number of pictures.
 */
import { existsSync, readFileSync, writeFileSync } from "node:fs";
import { fileURLToPath } from "node:url";
import { parseArgs } from "node:util";
import { multiplyDoubles } from "@gan/backend-ort";
import { createPictureSource, measure, Random, referencePictures, type Variant } from "@gan/core";
import {
  collectCached,
  createModelMeter,
  findModel,
  loadExtractor,
  readRunLog,
  restoreWeights,
} from "@gan/core/node";
import { openDataset } from "@gan/datasets";
import { ready, setBackend } from "@tensorflow/tfjs-core";
import { drawChart } from "./draw-chart.js";
import type { LearningPoint, LearningRow } from "./format-learning.js";
import { openRun } from "./open-run.js";

const { values } = parseArgs({
  options: {
    gan: { type: "string" },
    run: { type: "string" },
    "held-out": { type: "string", default: "avatars-test" },
    json: { type: "string", default: fileURLToPath(new URL("../results/learning.json", import.meta.url)) },
    chart: { type: "string" },
  },
});

const { gan, run } = values;
if (run === undefined || gan === undefined) throw new RangeError("--gan and --run are needed");
await setBackend("ort");
await ready();
const checkpoint = await findModel(gan, run);
const lines = (await readRunLog(run)).metrics.filter(({ metrics }) => metrics.fid !== undefined);
const conditions = lines.at(-1)?.conditions;
if (conditions?.extractor === undefined) throw new Error(`${run} was not trained with --metrics fid,prdc`);
const { extractor: identity, nFake: count, seed } = conditions;
const extractor = await loadExtractor(identity.name, { resize: identity.resize });
const total = checkpoint.state.trainer.imagesSeen;
const { variant, data, sideAt, close } = await openRun(gan, checkpoint.state.config, total);

const pick = ({ fid, precision, recall }: Record<string, number>) =>
  ({ fid, precision, recall }) as Omit<LearningPoint, "imagesSeen" | "side">;
const meter = createModelMeter({ variant, data, extractor, metrics: ["fid", "prdc"], count, seed });
const untrained = pick((await meter(total)).report.values);
const measured = lines.map(({ imagesSeen, metrics }) => ({ imagesSeen, ...pick(metrics) }));
if (lines.at(-1)?.imagesSeen !== total) {
  await restoreWeights(checkpoint, variant as unknown as Variant);
  measured.push({ imagesSeen: total, ...pick((await meter(total)).report.values) });
}
const fromImages = variant.stage?.(total).fromImages ?? 0;
const training = referencePictures(variant, { data, count, fromImages });
if (training === undefined) throw new Error(`${gan} names no real pictures`);
const side = sideAt(total);
const set = await openDataset(values["held-out"], { imageSize: side, count });
const sized = set.reshaped?.({ width: side, height: side, channels: 3 }) ?? set;
const options = { multiply: multiplyDoubles, random: new Random(seed) };
const heldOut = createPictureSource(sized, { random: new Random(seed) });
const [seen, unseen] = [
  await collectCached(training, extractor, options),
  await collectCached(heldOut, extractor, options),
];
const floor = pick(measure(["fid", "prdc"], seen, unseen, { multiply: multiplyDoubles }).values);
extractor.dispose();
await close();

const points = [
  { imagesSeen: 0, side, ...untrained },
  ...measured.map((point) => ({ side: sideAt(point.imagesSeen), ...point })),
];
const { fid } = points.at(-1) as LearningPoint;
const share = (untrained.fid - fid) / (untrained.fid - floor.fid);
const row: LearningRow = { gan, extractor: extractor.name, count, points, floor, share };
const rows = existsSync(values.json) ? (JSON.parse(readFileSync(values.json, "utf8")) as LearningRow[]) : [];
const kept = rows.filter((one) => one.gan !== gan);
writeFileSync(values.json, `${JSON.stringify([...kept, row], null, 2)}\n`);
if (values.chart !== undefined) {
  const curve = points.filter((point) => point.side === side);
  writeFileSync(values.chart, drawChart(curve, { label: "FID", floor: floor.fid }));
}
console.table(points);
console.log(
  `floor ${floor.fid.toFixed(2)}; ${(100 * share).toFixed(1)} % of the way from the untrained network to it`,
);
