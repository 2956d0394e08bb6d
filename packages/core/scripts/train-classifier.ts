/**
 * Trains the small classifier behind `mnist-classifier` or `fashion-classifier` and writes its weights,
 * rounded to 16 bits, with what they reach on the test set beside them.
 *
 *     tsx scripts/train-classifier.ts <name> <folder of idx files> [epochs]
 */
import { readFile, writeFile } from "node:fs/promises";
import { basename } from "node:path";
import "@gan/backend-ort";
import { setBackend } from "@tensorflow/tfjs-core";
import { encodeSafetensors, Random, train } from "../src/index.js";
import { loadExtractor } from "../src/node/index.js";
import { createClassifierVariant, foldClassifier } from "./classifier-variant.js";
import { createTrainingData, readIdxSet } from "./idx-set.js";
import { measureAccuracy } from "./measure-accuracy.js";

const [name = "", folder = "", epochs = "8"] = process.argv.slice(2);
if (!["mnist-classifier", "fashion-classifier"].includes(name) || folder === "") {
  throw new Error(
    "usage: tsx scripts/train-classifier.ts mnist-classifier|fashion-classifier <folder> [epochs]",
  );
}
const seed = 1;
const batchSize = 100;

await setBackend("ort");
const trainSet = await readIdxSet(folder, "train");
const totalImages = trainSet.count * Number(epochs);
const random = new Random(seed);
// Clothes may be mirrored, digits may not.
const data = createTrainingData(trainSet, batchSize, name === "fashion-classifier", random.fork("data"));
const variant = createClassifierVariant(random.fork("weights"), totalImages);
const start = performance.now();
for await (const event of train({ variant, data, totalImages, seed, healthEveryImages: 0 })) {
  if (event.type !== "step" || event.imagesSeen % 6000 !== 0) continue;
  const seconds = Math.round((performance.now() - start) / 1000);
  console.log(`${event.imagesSeen} of ${totalImages} after ${seconds} s`, event.losses);
}

const target = new URL(`../weights/${name}`, import.meta.url);
const weights = await foldClassifier(variant.averages.classifier.module);
await writeFile(new URL(`${target}.safetensors`), encodeSafetensors(weights, { network: name }, "F16"));

const extractor = await loadExtractor(name);
const testSet = await readIdxSet(folder, "test");
const result = {
  network: name,
  trainedOn: `${basename(folder)}, ${trainSet.count} pictures, ${epochs} epochs, seed ${seed}`,
  testPictures: testSet.count,
  testAccuracy: await measureAccuracy(extractor, testSet),
  trainAccuracy: await measureAccuracy(extractor, trainSet),
  weightsHash: extractor.weightsHash,
  bytes: (await readFile(new URL(`${target}.safetensors`))).length,
};
await writeFile(new URL(`${target}.json`), `${JSON.stringify(result, null, 2)}\n`);
console.log(result);
extractor.dispose();
