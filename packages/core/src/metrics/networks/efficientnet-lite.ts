import { add, mean, type Tensor2D, type Tensor4D } from "@tensorflow/tfjs-core";
import type { FeatureNetwork } from "./feature-network.js";
import { NetworkWeights, requireLayer } from "./network-weights.js";
import type { WeightTensors } from "./weight-tensors.js";

/** An inverted bottleneck: wider by `expansion`, a convolution of each channel by itself, narrow again. */
export interface BottleneckShape {
  readonly inputs: number;
  readonly outputs: number;
  readonly expansion: number;
  readonly kernel: number;
  readonly stride: number;
}

/** The stages of EfficientNet-Lite0: repeats, then its first block. */
const stages: readonly (BottleneckShape & { readonly repeats: number })[] = [
  { repeats: 1, inputs: 32, outputs: 16, expansion: 1, kernel: 3, stride: 1 },
  { repeats: 2, inputs: 16, outputs: 24, expansion: 6, kernel: 3, stride: 2 },
  { repeats: 2, inputs: 24, outputs: 40, expansion: 6, kernel: 5, stride: 2 },
  { repeats: 3, inputs: 40, outputs: 80, expansion: 6, kernel: 3, stride: 2 },
  { repeats: 3, inputs: 80, outputs: 112, expansion: 6, kernel: 5, stride: 1 },
  { repeats: 4, inputs: 112, outputs: 192, expansion: 6, kernel: 5, stride: 2 },
  { repeats: 1, inputs: 192, outputs: 320, expansion: 6, kernel: 3, stride: 1 },
];

/** All blocks in order, from 112 × 112 × 32 to 7 × 7 × 320. */
export const liteBlocks: readonly BottleneckShape[] = stages.flatMap(({ repeats, ...first }) =>
  Array.from({ length: repeats }, (_, index) =>
    index === 0 ? first : { ...first, inputs: first.outputs, stride: 1 },
  ),
);

/** Side of the pictures that EfficientNet-Lite0 takes. */
export const liteInputSize = 224;
/** Channels behind its first convolution. */
export const liteStem = 32;
/** Its features. */
export const liteFeatures = 1280;
/** ImageNet's classes. */
export const liteClasses = 1000;

/**
 * EfficientNet-Lite0 (Tan and Le 2019, in the variant for small devices, without squeeze-and-excitation and
 * with ReLU6): 1,280 features, the means of its last convolution, and ImageNet's 1,000 logits.
 *
 * @param weights Of `@gan/extractor-efficientnet-lite0`, batch norms folded in.
 * @param source What to call them in errors.
 * @throws DataError when they are another network's.
 */
export function createEfficientNetLite0(weights: WeightTensors, source: string): FeatureNetwork {
  const { owned, run, dispose } = createLiteBlocks(weights, source);
  return {
    featureCount: liteFeatures,
    classCount: liteClasses,
    forward(images) {
      const last = run(images).at(-1) as Tensor4D;
      const features: Tensor2D = mean(owned.convolve(last, "head", { activation: "relu6" }), [1, 2]);
      return { features, logits: owned.multiply(features, "classes") };
    },
    dispose,
  };
}

/**
 * EfficientNet-Lite0 before its last convolution.
 *
 * @throws DataError when the weights are another network's.
 */
export function createLiteBlocks(weights: WeightTensors, source: string) {
  checkLayers(weights, source);
  const owned = new NetworkWeights(weights);
  return {
    owned,
    /** [B, H, W, 3], (byte - 127) / 128 → what each of {@link liteBlocks} gives. */
    run(images: Tensor4D): Tensor4D[] {
      let x = owned.convolve(images, "stem", { stride: 2, activation: "relu6" });
      return liteBlocks.map((shape, index) => {
        x = runBlock(owned, x, `blocks.${index}`, shape);
        return x;
      });
    },
    dispose: () => owned.dispose(),
  };
}

function runBlock(weights: NetworkWeights, x: Tensor4D, name: string, shape: BottleneckShape): Tensor4D {
  const { inputs, outputs, expansion, stride } = shape;
  const activation = "relu6";
  const wide = expansion === 1 ? x : weights.convolve(x, `${name}.expand`, { activation });
  const deep = weights.convolveDepthwise(wide, `${name}.depthwise`, { stride, activation });
  const narrow = weights.convolve(deep, `${name}.project`, { activation: "linear" });
  return stride === 1 && inputs === outputs ? add(narrow, x) : narrow;
}

function checkLayers(weights: WeightTensors, source: string): void {
  requireLayer(weights, "stem", source, [3, 3, 3, liteStem]);
  for (const [index, { inputs, outputs, expansion, kernel }] of liteBlocks.entries()) {
    const inner = inputs * expansion;
    const name = `blocks.${index}`;
    if (expansion !== 1) requireLayer(weights, `${name}.expand`, source, [1, 1, inputs, inner]);
    requireLayer(weights, `${name}.depthwise`, source, [kernel, kernel, inner, 1]);
    requireLayer(weights, `${name}.project`, source, [1, 1, inner, outputs]);
  }
  requireLayer(weights, "head", source, [1, 1, liteBlocks.at(-1)?.outputs ?? 0, liteFeatures]);
  requireLayer(weights, "classes", source, [liteFeatures, liteClasses]);
}
