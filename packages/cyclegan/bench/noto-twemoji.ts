/**
 * Measures a run of the preset `noto-twemoji-64` on the emoji that were held out, by their hidden pairing, and draws
 * some of them:
 *
 *     pnpm --filter @gan/cyclegan bench:emoji runs/noto-twemoji-64 [efficientnet-lite0]
 */
import { mkdirSync, writeFileSync } from "node:fs";
import { multiplyDoubles } from "@gan/backend-ort";
import {
  createInferenceContext,
  domainDataSchema,
  fromPixelImages,
  Random,
  type SizedImageSet,
} from "@gan/core";
import { findModel, loadExtractor, restoreWeights, writeGrid } from "@gan/core/node";
import { ready, setBackend } from "@tensorflow/tfjs-core";
import { createCycleGan, cycleGanConfigSchema } from "../src/index.js";
import { evaluateDomains, findPartners, openPart } from "../src/node.js";

const [run = "runs/noto-twemoji-64", extractorName] = process.argv.slice(2);
const rows = 8;

await setBackend("ort");
await ready();
const checkpoint = await findModel("cyclegan", run);
const { model: fields, data: given } = checkpoint.state.config as { model: object; data: object };
const config = cycleGanConfigSchema.parse(fields);
const model = createCycleGan(config);
await restoreWeights(checkpoint, model);
const data = domainDataSchema.parse(given);
const test = await openPart("test", { model: config, data });
const train = await openPart("train", { model: config, data });
if (test === undefined || train === undefined) throw new Error("the data have no test part");
const extractor = extractorName === undefined ? undefined : await loadExtractor(extractorName);
const ctx = createInferenceContext(new Random(0));
const partners = await findPartners(data);
const results = {
  imagesSeen: checkpoint.state.trainer.imagesSeen,
  ...(await evaluateDomains(model, test.sets, {
    ...{ ctx, extractor, partners, trained: train.sets, multiply: multiplyDoubles },
  })),
};
mkdirSync("bench/results", { recursive: true });
writeFileSync("bench/results/noto-twemoji-64.json", `${JSON.stringify(results, null, 2)}\n`);

const pick = async (set: SizedImageSet) => {
  const indices = Array.from({ length: rows }, (_, row) => Math.floor((row * set.count) / rows));
  return fromPixelImages(await Promise.all(indices.map((index) => set.read(index))));
};
const gallery = model.gallery?.({ a: await pick(test.sets.a), b: await pick(test.sets.b) }, ctx);
if (gallery !== undefined) await writeGrid("docs/noto-twemoji-64.png", gallery.images, gallery.columns);
extractor?.dispose();
await Promise.all([test.close(), train.close()]);
console.log(JSON.stringify(results, null, 2));
