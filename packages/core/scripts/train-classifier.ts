/**
 * Trains the small classifier behind `mnist-classifier` or `fashion-classifier` and writes its weights,
 * rounded to 16 bits, with what they reach on the test set beside them.
 *
 *     tsx scripts/train-classifier.ts <name> <folder of idx files> [--epochs 3] [--batch 100] [--rate 2e-3] [--shift 2]
 *         [--run <folder>] [--refine]
 *
 * With `--refine` it goes on from the weights that are there, without batch norms and, by default, in smaller steps.
 * With `--run` it saves on the way, and the same line goes on.
 */
import "@gan/backend-ort";
import { readFile, writeFile } from "node:fs/promises";
import { parseArgs } from "node:util";
import { setBackend } from "@tensorflow/tfjs-core";
import {
  assignVariables,
  decodeSafetensors,
  encodeSafetensors,
  Random,
  readVariables,
  train,
} from "../src/index.js";
import { type ClassifierName, classifierLayers } from "../src/metrics/networks/grey-classifier.js";
import { loadExtractor } from "../src/node/index.js";
import {
  createClassifiers,
  createClassifierVariant,
  FoldedClassifier,
  foldClassifier,
} from "./classifier-variant.js";
import { createTrainingData, readIdxSet } from "./idx-set.js";
import { keepCheckpoints } from "./keep-checkpoints.js";
import { measureAccuracy } from "./measure-accuracy.js";

const { values: flags, positionals } = parseArgs({
  allowPositionals: true,
  options: {
    epochs: { type: "string", default: "3" },
    batch: { type: "string", default: "100" },
    rate: { type: "string" },
    shift: { type: "string" },
    run: { type: "string" },
    refine: { type: "boolean", default: false },
  },
});
const [name = "", folder = ""] = positionals;
if (!isClassifier(name))
  throw new Error("usage: train-classifier.ts mnist-classifier|fashion-classifier <folder>");
const mode = flags.refine ? "refine" : "train";
const target = new URL(`../weights/${name}`, import.meta.url);
const weightsFile = new URL(`${target}.safetensors`);
const resultFile = new URL(`${target}.json`);

const before = flags.refine ? JSON.parse(await readFile(resultFile, "utf8")).training : [];
const seed = 1 + before.length;
const [epochs, batch] = [Number(flags.epochs), Number(flags.batch)];
const learningRate = Number(flags.rate ?? (flags.refine ? 5e-4 : 2e-3));

await setBackend("ort");
const trainSet = await readIdxSet(folder, "train");
const totalImages = Math.floor((trainSet.count * epochs) / batch) * batch;
const random = new Random(seed);
// Clothes may be mirrored, digits may not.
const changes = { shift: Number(flags.shift ?? (flags.refine ? 1 : 2)), flip: name === "fashion-classifier" };
const data = createTrainingData(trainSet, batch, changes, random.fork("data"));
const variant = flags.refine ? await goOn(name) : startAnew(name);
const plan = { mode, pictures: trainSet.count, epochs, batch, seed, learningRate, ...changes };
const recorder = flags.run === undefined ? undefined : keepCheckpoints(flags.run, { name, ...plan }, 30_000);
const start = performance.now();
for await (const event of train({ variant, data, totalImages, seed, healthEveryImages: 0, recorder })) {
  if (event.type !== "step" || event.imagesSeen % 6000 >= batch) continue;
  const seconds = Math.round((performance.now() - start) / 1000);
  console.log(`${event.imagesSeen} of ${totalImages} after ${seconds} s`, event.losses);
}

const { module } = variant.averages.classifier;
const weights =
  module instanceof FoldedClassifier
    ? await readVariables(module.namedVariables())
    : await foldClassifier(name, module);
await writeFile(weightsFile, encodeSafetensors(weights, { network: name }, "F16"));

const extractor = await loadExtractor(name);
const testSet = await readIdxSet(folder, "test");
const result = {
  network: name,
  training: [...before, plan],
  testPictures: testSet.count,
  testAccuracy: await measureAccuracy(extractor, testSet),
  trainAccuracy: await measureAccuracy(extractor, trainSet),
  weightsHash: extractor.weightsHash,
  bytes: (await readFile(weightsFile)).length,
};
await writeFile(resultFile, `${JSON.stringify(result, null, 2)}\n`);
console.log(result);
extractor.dispose();

function isClassifier(text: string): text is ClassifierName {
  return Object.hasOwn(classifierLayers, text);
}

function startAnew(kind: ClassifierName) {
  return createClassifierVariant(createClassifiers(kind, random.fork("weights")), learningRate, totalImages);
}

async function goOn(kind: ClassifierName) {
  const classifiers = [new FoldedClassifier(kind, random), new FoldedClassifier(kind, random)] as const;
  const tensors = decodeSafetensors(await readFile(weightsFile), weightsFile.href);
  for (const classifier of classifiers)
    assignVariables(classifier.namedVariables(), tensors, weightsFile.href);
  return createClassifierVariant([...classifiers], learningRate, totalImages);
}
