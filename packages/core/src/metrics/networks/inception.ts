import { avgPool, concat, maxPool, mean, type Tensor2D, type Tensor4D } from "@tensorflow/tfjs-core";
import type { FeatureNetwork } from "./feature-network.js";
import {
  type InceptionBranch,
  type InceptionConvolution,
  inceptionBlocks,
  inceptionStem,
} from "./inception-blocks.js";
import { NetworkWeights } from "./network-weights.js";
import { readNormedConvolution, readTorchMatrix, type TorchSource } from "./torch-layers.js";
import type { WeightTensor, WeightTensors } from "./weight-tensors.js";

/** Side of the pictures that Inception takes. */
export const inceptionInputSize = 299;

const featureCount = 2048;
const classCount = 1008;
const epsilon = 1e-3;

/**
 * Inception v3 of 2015-12-05, the network behind every published FID (Heusel et al. 2017): 2,048 features, the
 * means of the last block, and 1,008 logits without their bias, as the Inception Score has always taken them
 * (Salimans et al. 2016).
 *
 * Average pools leave padding out, batch norms have ε = 1e-3 and are folded into the convolutions.
 *
 * @param weights PyTorch's `pt_inception-2015-12-05-6726825d.pth`.
 * @param source What to call them in errors.
 * @throws DataError when they are another network's.
 */
export function createInception(weights: WeightTensors, source: string): FeatureNetwork {
  const owned = new NetworkWeights(foldInception({ tensors: weights, source }));
  return {
    featureCount,
    classCount,
    forward(images) {
      let x = images;
      for (const { name, stride, padding } of inceptionStem.first) {
        x = owned.convolve(x, name, { stride, padding });
      }
      x = maxPool(x, 3, 2, "valid"); // [B, 73, 73, 64]
      for (const { name, stride, padding } of inceptionStem.second) {
        x = owned.convolve(x, name, { stride, padding });
      }
      x = maxPool(x, 3, 2, "valid"); // [B, 35, 35, 192]
      for (const { name, branches } of inceptionBlocks) {
        x = concat(
          branches.flatMap((branch) => runBranch(owned, x, name, branch)),
          3,
        );
      }
      const features: Tensor2D = mean(x, [1, 2]); // [B, 8, 8, 2048]
      return { features, logits: owned.multiply(features, "fc") };
    },
    dispose: () => owned.dispose(),
  };
}

/** What a branch adds to its block's result. */
function runBranch(
  weights: NetworkWeights,
  input: Tensor4D,
  block: string,
  branch: InceptionBranch,
): Tensor4D[] {
  const convolve = (x: Tensor4D, { name, stride }: InceptionConvolution) =>
    weights.convolve(x, `${block}.${name}`, { stride, padding: stride === 1 ? "same" : "valid" });
  let x = pool(input, branch.pool);
  for (const convolution of branch.chain) x = convolve(x, convolution);
  return branch.fork?.map((convolution) => convolve(x, convolution)) ?? [x];
}

function pool(x: Tensor4D, kind: InceptionBranch["pool"]): Tensor4D {
  if (kind === "mean") return avgPool(x, 3, 1, "same");
  if (kind === "maximum") return maxPool(x, 3, 1, "same");
  return kind === "halving" ? maxPool(x, 3, 2, "valid") : x;
}

/** Every convolution with its batch norm folded in, and the dense layer. */
function foldInception(file: TorchSource): WeightTensors {
  const head = readTorchMatrix(file, "fc.weight", classCount, featureCount);
  const folded = new Map<string, WeightTensor>([["fc.weight", head]]);
  const fold = (inputs: number, name: string, { outputs, kernel }: InceptionConvolution): number => {
    const names = { filter: `${name}.conv.weight`, norm: `${name}.bn` };
    const layer = readNormedConvolution(file, names, [outputs, inputs, ...kernel], epsilon);
    folded.set(`${name}.weight`, layer.weight);
    folded.set(`${name}.bias`, layer.bias);
    return outputs;
  };
  let channels = 3;
  for (const convolution of [...inceptionStem.first, ...inceptionStem.second]) {
    channels = fold(channels, convolution.name, convolution);
  }
  for (const { name, branches } of inceptionBlocks) {
    let total = 0;
    for (const { chain, fork } of branches) {
      let inner = channels;
      for (const convolution of chain) inner = fold(inner, `${name}.${convolution.name}`, convolution);
      for (const convolution of fork ?? []) total += fold(inner, `${name}.${convolution.name}`, convolution);
      if (fork === undefined) total += inner;
    }
    channels = total;
  }
  return folded;
}
