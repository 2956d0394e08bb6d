import { join } from "node:path";
import { DataError } from "../../errors/index.js";
import { compileNetwork, createExtractor } from "../../metrics/create-extractor.js";
import type { FeatureExtractor, LoadExtractorOptions } from "../../metrics/index.js";
import { createEfficientNetLite0, liteInputSize } from "../../metrics/networks/efficientnet-lite.js";
import { findPackage } from "../find-package.js";
import { readSafetensorsWeights } from "./read-weights.js";

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
  const path = weights ?? findWeights(name);
  const { tensors, hash } = await readSafetensorsWeights(path, `Install ${packageName} again.`);
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

function findWeights(name: string): string {
  const folder = findPackage(packageName);
  if (folder !== undefined) return join(folder, "weights.safetensors");
  throw new DataError(
    "core",
    `the extractor ${name} needs the package ${packageName}, which is not installed. Run: npm install ${packageName}`,
  );
}
