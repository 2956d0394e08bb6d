import { add, div, mul, sub, type Tensor4D, tensor1d, tidy } from "@tensorflow/tfjs-core";
import { perceptualScale, perceptualShift } from "../perceptual-distance.js";
import type { PerceptualNetwork } from "../perceptual-network.js";
import { createLiteBlocks, liteBlocks } from "./efficientnet-lite.js";
import type { WeightTensors } from "./weight-tensors.js";

/** The last block of each resolution, from a half to a 32nd of the picture's side. */
const compared: readonly number[] = [0, 2, 4, 10, 15];

/**
 * EfficientNet-Lite0's blocks as a perceptual network that works offline: all channels weigh 1, since nobody's
 * judgements went into it. Distances by it are not LPIPS, whatever else they are alike in.
 *
 * @param weights Of `@gan/extractor-efficientnet-lite0`.
 * @param source What to call them in errors.
 * @throws DataError when they are another network's.
 */
export function createLitePerceptualNetwork(
  weights: WeightTensors,
  source: string,
  weightsHash: string,
): PerceptualNetwork {
  const blocks = createLiteBlocks(weights, source);
  return {
    name: "efficientnet-lite0",
    weightsHash,
    channelWeights: compared.map((index) => new Float32Array(liteBlocks[index]?.outputs ?? 0).fill(1)),
    activations: (images) =>
      tidy(() => {
        const plain = add(mul(images, tensor1d(perceptualScale)), tensor1d(perceptualShift)); // [-1, 1]
        const bytes = mul(add(plain, 1), 127.5);
        const activations = blocks.run(div(sub(bytes, 127), 128) as Tensor4D);
        return compared.map((index) => activations[index] as Tensor4D);
      }),
    dispose: () => blocks.dispose(),
  };
}
