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

/** Features of each classifier. */
export const classifierFeatures = 128;

/** Convolutions from 28 × 28 × 1 to 7 × 7 × 128, the second and fourth of stride 2. */
const stack = (...widths: readonly number[]): readonly ClassifierLayer[] =>
  [...widths, classifierFeatures].map((outputs, index, all) => ({
    name: `conv${index + 1}`,
    inputs: index === 0 ? 1 : (all[index - 1] as number),
    outputs,
    stride: index % 2 === 1 ? 2 : 1,
  }));

/** The convolutions of each classifier: garments take wider ones than digits. */
export const classifierLayers = {
  "mnist-classifier": stack(16, 32, 32, 64),
  "fashion-classifier": stack(32, 32, 64, 64),
} as const;

/** Which of the classifiers. */
export type ClassifierName = keyof typeof classifierLayers;

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
 * @param name Which of them.
 * @param weights As `scripts/train-classifier.ts` writes them.
 * @param source What to call the weights in errors.
 * @throws DataError when they are another network's.
 */
export function createGreyClassifier(
  name: ClassifierName,
  weights: WeightTensors,
  source: string,
): FeatureNetwork {
  const layers = classifierLayers[name];
  for (const { name: layer, inputs, outputs } of layers) {
    requireLayer(weights, layer, source, [3, 3, inputs, outputs]);
  }
  requireLayer(weights, classifierHead, source, [classifierFeatures, classifierClasses]);
  const owned = new NetworkWeights(weights);
  return {
    featureCount: classifierFeatures,
    classCount: classifierClasses,
    forward(images) {
      let x: Tensor4D = images;
      for (const { name: layer, stride } of layers) x = owned.convolve(x, layer, { stride });
      const features: Tensor2D = mean(x, [1, 2]);
      return { features, logits: owned.multiply(features, classifierHead) };
    },
    dispose: () => owned.dispose(),
  };
}
