/**
 * Trains the small classifier behind `mnist-classifier` or `fashion-classifier` and writes its weights,
 * rounded to 16 bits, with what they reach on the test set beside them.
 *
 *     tsx scripts/train-classifier.ts <name> <folder of idx files> <epochs> [train|refine] [learning rate]
 *
 * With `refine` it goes on from the weights that are there, without batch norms and, by default, in smaller steps.
 */
import "@gan/backend-ort";
import { readFile, writeFile } from "node:fs/promises";
import { setBackend } from "@tensorflow/tfjs-core";
import {
  assignVariables,
  decodeSafetensors,
  encodeSafetensors,
  Random,
  readVariables,
  train,
} from "../src/index.js";
import { loadExtractor } from "../src/node/index.js";
import {
  createClassifiers,
  createClassifierVariant,
  FoldedClassifier,
  foldClassifier,
} from "./classifier-variant.js";
import { createTrainingData, readIdxSet } from "./idx-set.js";
import { measureAccuracy } from "./measure-accuracy.js";

const [name = "", folder = "", epochs = "3", mode = "train", rate = ""] = process.argv.slice(2);
if (!["mnist-classifier", "fashion-classifier"].includes(name) || !["train", "refine"].includes(mode)) {
  throw new Error(
    "usage: train-classifier.ts mnist-classifier|fashion-classifier <folder> <epochs> [refine]",
  );
}
const target = new URL(`../weights/${name}`, import.meta.url);
const weightsFile = new URL(`${target}.safetensors`);
const resultFile = new URL(`${target}.json`);

const before = mode === "train" ? [] : JSON.parse(await readFile(resultFile, "utf8")).training;
const seed = 1 + before.length;
const learningRate = Number(rate || (mode === "train" ? 2e-3 : 5e-4));

await setBackend("ort");
const trainSet = await readIdxSet(folder, "train");
const totalImages = trainSet.count * Number(epochs);
const random = new Random(seed);
// Clothes may be mirrored, digits may not.
const changes = { shift: mode === "train" ? 2 : 1, flip: name === "fashion-classifier" };
const data = createTrainingData(trainSet, 100, changes, random.fork("data"));
const variant = mode === "train" ? startAnew() : await goOn();
const start = performance.now();
for await (const event of train({ variant, data, totalImages, seed, healthEveryImages: 0 })) {
  if (event.type !== "step" || event.imagesSeen % 6000 !== 0) continue;
  const seconds = Math.round((performance.now() - start) / 1000);
  console.log(`${event.imagesSeen} of ${totalImages} after ${seconds} s`, event.losses);
}

const { module } = variant.averages.classifier;
const weights =
  module instanceof FoldedClassifier
    ? await readVariables(module.namedVariables())
    : await foldClassifier(module);
await writeFile(weightsFile, encodeSafetensors(weights, { network: name }, "F16"));

const extractor = await loadExtractor(name);
const testSet = await readIdxSet(folder, "test");
const result = {
  network: name,
  training: [
    ...before,
    { mode, pictures: trainSet.count, epochs: Number(epochs), seed, learningRate, ...changes },
  ],
  testPictures: testSet.count,
  testAccuracy: await measureAccuracy(extractor, testSet),
  trainAccuracy: await measureAccuracy(extractor, trainSet),
  weightsHash: extractor.weightsHash,
  bytes: (await readFile(weightsFile)).length,
};
await writeFile(resultFile, `${JSON.stringify(result, null, 2)}\n`);
console.log(result);
extractor.dispose();

function startAnew() {
  return createClassifierVariant(createClassifiers(random.fork("weights")), learningRate, totalImages);
}

async function goOn() {
  const classifiers = [new FoldedClassifier(random), new FoldedClassifier(random)] as const;
  const tensors = decodeSafetensors(await readFile(weightsFile), weightsFile.href);
  for (const classifier of classifiers)
    assignVariables(classifier.namedVariables(), tensors, weightsFile.href);
  return createClassifierVariant([...classifiers], learningRate, totalImages);
}
