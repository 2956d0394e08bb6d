import { ConfigError } from "../../errors/index.js";
import type { FeatureExtractor, LoadExtractor, LoadExtractorOptions } from "../../metrics/index.js";
import { loadEfficientNetLite0 } from "./efficientnet-lite0.js";
import { loadGreyClassifier } from "./grey-classifiers.js";
import { loadInception } from "./inception.js";
import { loadOnnxExtractor } from "./onnx-extractor.js";

type Loader = (name: string, options: LoadExtractorOptions) => Promise<FeatureExtractor>;

const loaders: Readonly<Record<string, Loader>> = {
  inception: loadInception,
  "efficientnet-lite0": loadEfficientNetLite0,
  "mnist-classifier": loadGreyClassifier,
  "fashion-classifier": loadGreyClassifier,
};

/** Names that {@link loadExtractor} knows. */
export const extractorNames: readonly string[] = Object.keys(loaders);

/**
 * Opens a network that turns pictures into features, by its name or as an ONNX file.
 *
 * @returns To be disposed by the caller.
 * @throws ConfigError for an unknown name, DataError when the weights are absent or damaged.
 */
export const loadExtractor: LoadExtractor = async (name, options = {}) => {
  if (name.endsWith(".onnx")) return loadOnnxExtractor(name, options);
  if (options.input !== undefined) {
    throw new ConfigError("core", `${name} knows what it takes: leave out input, which is for ONNX files.`);
  }
  const load = Object.hasOwn(loaders, name) ? loaders[name] : undefined;
  if (load !== undefined) return load(name, options);
  throw new ConfigError(
    "core",
    `the extractor must be ${extractorNames.join(", ")} or the path of an ONNX file, got ${name}.`,
  );
};
