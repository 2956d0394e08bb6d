import { mean, type Tensor2D, type Tensor4D } from "@tensorflow/tfjs-core";
import type { FeatureNetwork } from "./feature-network.js";
import { NetworkWeights, requireLayer } from "./network-weights.js";
import type { WeightTensors } from "./weight-tensors.js";

/** A convolution of the classifier, 3 × 3, `same` padding, followed by ReLU. */
export interface ClassifierLayer {
  readonly name: string;
  readonly inputs: number;
  readonly outputs: number;
  readonly stride: number;
}

/** The classifier's convolutions, from 28 × 28 × 1 to 7 × 7 × 128. */
export const classifierLayers: readonly ClassifierLayer[] = [
  { name: "conv1", inputs: 1, outputs: 16, stride: 1 },
  { name: "conv2", inputs: 16, outputs: 32, stride: 2 },
  { name: "conv3", inputs: 32, outputs: 32, stride: 1 },
  { name: "conv4", inputs: 32, outputs: 64, stride: 2 },
  { name: "conv5", inputs: 64, outputs: 128, stride: 1 },
];

/** Side of the pictures that the classifier takes. */
export const classifierInputSize = 28;
/** Classes that it tells apart. */
export const classifierClasses = 10;
/** Its last layer, from the features to the logits. */
export const classifierHead = "classes";

/**
 * The small classifier behind `mnist-classifier` and `fashion-classifier`: five convolutions, whose means
 * over the picture are the 128 features, and a dense layer.
 *
 * @param weights As `scripts/train-classifier.ts` writes them.
 * @param source What to call the weights in errors.
 * @throws DataError when they are another network's.
 */
export function createGreyClassifier(weights: WeightTensors, source: string): FeatureNetwork {
  const featureCount = classifierLayers.at(-1)?.outputs as number;
  for (const { name, inputs, outputs } of classifierLayers) {
    requireLayer(weights, name, source, [3, 3, inputs, outputs]);
  }
  requireLayer(weights, classifierHead, source, [featureCount, classifierClasses]);
  const owned = new NetworkWeights(weights);
  return {
    featureCount,
    classCount: classifierClasses,
    forward(images) {
      let x: Tensor4D = images;
      for (const { name, stride } of classifierLayers) x = owned.convolve(x, name, { stride });
      const features: Tensor2D = mean(x, [1, 2]);
      return { features, logits: owned.multiply(features, classifierHead) };
    },
    dispose: () => owned.dispose(),
  };
}
