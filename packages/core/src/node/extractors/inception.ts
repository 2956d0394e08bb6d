import { createInceptionExtractor } from "../../metrics/inception-extractor.js";
import type { FeatureExtractor, LoadExtractorOptions } from "../../metrics/index.js";
import { createInception } from "../../metrics/networks/inception.js";
import { readKnownWeights } from "./read-known-weights.js";

/**
 * Opens the network of every published FID, from PyTorch's file of it.
 *
 * @throws DataError when the weights are absent, damaged or another network's.
 */
export async function loadInception(
  _name: string,
  { weights, resize = "legacy" }: LoadExtractorOptions,
): Promise<FeatureExtractor> {
  const { tensors, hash, path } = await readKnownWeights("inception", weights);
  return createInceptionExtractor({ network: createInception(tensors, path), hash, resize });
}
