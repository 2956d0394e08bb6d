import { join } from "node:path";
import { DataError } from "../../errors/index.js";
import { compileNetwork, createExtractor } from "../../metrics/create-extractor.js";
import type { FeatureExtractor, LoadExtractorOptions } from "../../metrics/index.js";
import { createEfficientNetLite0, liteInputSize } from "../../metrics/networks/efficientnet-lite.js";
import { findPackage } from "../find-package.js";
import { type ReadWeights, readSafetensorsWeights } from "./read-weights.js";

const packageName = "@gan/extractor-efficientnet-lite0";

/**
 * Opens EfficientNet-Lite0 with ImageNet's weights, from the package that carries them.
 *
 * @throws DataError with the command that installs the package, when it is absent.
 */
export async function loadEfficientNetLite0(
  name: string,
  { weights, resize = "clean" }: LoadExtractorOptions,
): Promise<FeatureExtractor> {
  const { tensors, hash, path } = await readLiteWeights(name, weights);
  const options = {
    name,
    weightsHash: hash,
    resize,
    inputSize: liteInputSize,
    channels: 3,
    batchSize: 32,
    mean: [127, 127, 127],
    deviation: [128, 128, 128],
  } as const;
  return createExtractor(options, compileNetwork(createEfficientNetLite0(tensors, path), options));
}

/**
 * Reads the network's weights.
 *
 * @param given The caller's own file.
 * @throws DataError with the command that installs the package, when it is absent.
 */
export async function readLiteWeights(name: string, given?: string): Promise<ReadWeights & { path: string }> {
  const path = given ?? findWeights(name);
  return { ...(await readSafetensorsWeights(path, `Install ${packageName} again.`)), path };
}

function findWeights(name: string): string {
  const folder = findPackage(packageName);
  if (folder !== undefined) return join(folder, "weights.safetensors");
  throw new DataError(
    "core",
    `the extractor ${name} needs the package ${packageName}, which is not installed. Run: npm install ${packageName}; or choose another: inception, after gan metrics fetch inception, or for grey digits and garments mnist-classifier and fashion-classifier, which are here already.`,
  );
}
