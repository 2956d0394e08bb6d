import { fileURLToPath } from "node:url";
import { compileNetwork, createExtractor } from "../../metrics/create-extractor.js";
import type { FeatureExtractor, LoadExtractorOptions } from "../../metrics/index.js";
import {
  type ClassifierName,
  classifierInputSize,
  createGreyClassifier,
} from "../../metrics/networks/grey-classifier.js";
import { readSafetensorsWeights } from "./read-weights.js";

const weightsFolder = new URL("../../../weights/", import.meta.url);

/**
 * Opens a small classifier that this package ships: features for a Fréchet classifier distance, logits for
 * accuracy and scores, of digits or garments like those of MNIST and Fashion-MNIST.
 *
 * @param name `mnist-classifier` or `fashion-classifier`.
 */
export async function loadGreyClassifier(
  name: string,
  { weights, resize = "clean" }: LoadExtractorOptions,
): Promise<FeatureExtractor> {
  const path = weights ?? fileURLToPath(new URL(`${name}.safetensors`, weightsFolder));
  const { tensors, hash } = await readSafetensorsWeights(path, "Install @gan/core again.");
  const options = {
    name,
    weightsHash: hash,
    resize,
    inputSize: classifierInputSize,
    channels: 1,
    batchSize: 256,
    mean: [127.5],
    deviation: [127.5],
  } as const;
  return createExtractor(
    options,
    compileNetwork(createGreyClassifier(name as ClassifierName, tensors, path), options),
  );
}
