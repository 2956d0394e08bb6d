/**
 * Measures a run of the preset `openmoji-64` on the emoji that were held out, against constant-colour fills of
 * the same line art, and draws some of them:
 *
 *     pnpm --filter @gan/pix2pix bench:openmoji runs/openmoji-64 [efficientnet-lite0]
 */
import { mkdirSync, writeFileSync } from "node:fs";
import "@gan/backend-ort";
import {
  composePixelGrid,
  computeTranslationQuality,
  createInferenceContext,
  type PixelImage,
  pairDataSchema,
  Random,
  type SizedImageSet,
} from "@gan/core";
import { findModel, loadExtractor, restoreWeights, writePicture } from "@gan/core/node";
import { ready, setBackend } from "@tensorflow/tfjs-core";
import { createPix2Pix, pix2pixConfigSchema } from "../src/index.js";
import { openPart, translatePairs } from "../src/node.js";
import { fillRegions, findBestColour, findRegionColours } from "./fill-regions.js";

const [run = "runs/openmoji-64", extractorName] = process.argv.slice(2);
/** Triplets in the picture. */
const [rows, across] = [8, 3];

await setBackend("ort");
await ready();
const checkpoint = await findModel("pix2pix", run);
const { model: fields, data: given } = checkpoint.state.config as { model: object; data: object };
const config = pix2pixConfigSchema.parse(fields);
const model = createPix2Pix(config);
await restoreWeights(checkpoint, model);
const data = { ...pairDataSchema.parse(given), loadSize: undefined };

const readAll = (set: SizedImageSet) =>
  Promise.all(Array.from({ length: set.count }, (_, index) => set.read(index)));
const train = await openPart("train", { model: config, data });
const test = await openPart("test", { model: config, data });
if (train === undefined || test === undefined) throw new Error("the data have no test part");
const best = findBestColour(await readAll(train.sets.input), await readAll(train.sets.target));
const extractor = extractorName === undefined ? undefined : await loadExtractor(extractorName);

const translate = (dropout: boolean) => {
  const ctx = createInferenceContext(new Random(0).fork("evaluate"));
  return translatePairs(model, test.sets, { ctx, dropout });
};
const { inputs, targets, translations } = await translate(false);
const measure = (pictures: PixelImage[]) => computeTranslationQuality(pictures, targets, extractor);
const filledBest = inputs.map((lines) => fillRegions(lines, () => best));
const filledWithOwn = inputs.map((lines, index) => {
  const own = findBestColour([lines], [targets[index] as PixelImage]);
  return fillRegions(lines, () => own);
});
const filledByRegion = inputs.map((lines, index) =>
  fillRegions(lines, findRegionColours(lines, targets[index] as PixelImage)),
);
const results = {
  imagesSeen: checkpoint.state.trainer.imagesSeen,
  withoutDropout: await measure(translations),
  withDropout: await measure((await translate(true)).translations),
  lineArt: await measure(inputs),
  bestColour: best,
  filledWithBestColour: await measure(filledBest),
  filledWithOwnBestColour: await measure(filledWithOwn),
  filledWithRegionsOwnColours: await measure(filledByRegion),
};
mkdirSync("bench/results", { recursive: true });
writeFileSync("bench/results/openmoji-64.json", `${JSON.stringify(results, null, 2)}\n`);

const triplets = Array.from({ length: rows * across }, (_, place) => {
  const index = Math.floor((place * inputs.length) / (rows * across));
  return [inputs[index], translations[index], targets[index]] as PixelImage[];
}).flat();
const { width, height } = inputs[0] as PixelImage;
const bytes = triplets.flatMap(({ pixels }) => [...pixels]);
const values = Float32Array.from(bytes, (byte) => byte / 127.5 - 1);
const grid = composePixelGrid({ shape: [triplets.length, height, width, 3], values }, 3 * across);
await writePicture("docs/openmoji-64.png", grid);
extractor?.dispose();
await train.close();
await test.close();
console.log(JSON.stringify(results, null, 2));
