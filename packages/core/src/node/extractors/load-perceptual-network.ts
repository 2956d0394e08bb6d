import { fileURLToPath } from "node:url";
import { ConfigError } from "../../errors/index.js";
import type { LoadPerceptualNetwork } from "../../metrics/index.js";
import { createLitePerceptualNetwork } from "../../metrics/networks/lite-perceptual.js";
import {
  type BackboneName,
  comparedChannels,
  createPerceptualNetwork,
} from "../../metrics/networks/perceptual-backbones.js";
import { requireTensor } from "../../metrics/networks/weight-tensors.js";
import { readLiteWeights } from "./efficientnet-lite0.js";
import { readKnownWeights } from "./read-known-weights.js";
import { readPublishedWeights, readSafetensorsWeights } from "./read-weights.js";

const shippedLinear = fileURLToPath(new URL("../../../weights/lpips-linear.safetensors", import.meta.url));

const backbones: readonly string[] = ["alex", "vgg16"] satisfies BackboneName[];
const offline = "efficientnet-lite0";

/** Names that {@link loadPerceptualNetwork} knows. */
export const perceptualNetworkNames: readonly string[] = [offline, ...backbones];

const isBackbone = (name: string): name is BackboneName => backbones.includes(name);

/**
 * Opens a network for LPIPS 0.1: torchvision's backbone, fetched or given, and the linear layers, which are
 * shipped.
 *
 * @param name `alex`, as most papers, or `vgg16`; `efficientnet-lite0` comes as a package, works offline and is not
 *   LPIPS.
 * @param options `backbone`: torchvision's .pth file, or the offline network's. `linear`: lpips's .pth file of other
 *   linear layers.
 * @returns To be disposed by the caller.
 * @throws ConfigError for another name, DataError when weights are absent, damaged or another network's.
 */
export const loadPerceptualNetwork: LoadPerceptualNetwork = async (name, options = {}) => {
  if (name === offline) {
    if (options.linear !== undefined) {
      throw new ConfigError("core", `${name} has no linear layers: leave out the file of them.`);
    }
    const { tensors, hash, path } = await readLiteWeights(name, options.backbone);
    return createLitePerceptualNetwork(tensors, path, hash);
  }
  if (!isBackbone(name)) {
    const known = perceptualNetworkNames.join(", ");
    throw new ConfigError("core", `pictures are compared by one of the networks ${known}, got ${name}.`);
  }
  const { tensors, hash, path } = await readKnownWeights(name, options.backbone, isFeature);
  const linear = await readLinearLayers(name, options.linear);
  return createPerceptualNetwork({
    name,
    weights: tensors,
    source: path,
    weightsHash: `${hash}+${linear.hash}`,
    channelWeights: linear.channelWeights,
  });
};

/** The rest of the files, most of them, classifies. */
const isFeature = (name: string): boolean => name.startsWith("features.");

async function readLinearLayers(name: BackboneName, given: string | undefined) {
  const source = given ?? shippedLinear;
  const { tensors, hash } =
    given === undefined
      ? await readSafetensorsWeights(source, "Install @gan/core again.")
      : await readPublishedWeights(source);
  const channelWeights = comparedChannels(name).map((channels, layer) => {
    if (given === undefined) return requireTensor(tensors, `${name}.${layer}`, source, [channels]).values;
    return requireTensor(tensors, `lin${layer}.model.1.weight`, source, [1, channels, 1, 1]).values;
  });
  return { channelWeights, hash };
}
