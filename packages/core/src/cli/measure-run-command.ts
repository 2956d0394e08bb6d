import { multiplyDoubles } from "@gan/backend-ort";
import { Option } from "commander";
import type { TensorRecord } from "../data/index.js";
import { collectFeatures, measure } from "../metrics/index.js";
import { type BackendName, createModelMeter } from "../node/index.js";
import { Random } from "../random/index.js";
import { generatedPictures, type Variant } from "../train/index.js";
import { backendOption } from "./backend-option.js";
import type { RegistrySource } from "./data-command.js";
import type { CliDefinition } from "./definition.js";
import { exitCodes } from "./exit-codes.js";
import { loadModel } from "./load-model.js";
import { collectSource, type OpenRun } from "./measured-source.js";
import {
  createPictureBars,
  type MeasureFlags,
  measureOptions,
  openExtractor,
  parseMetrics,
  printReport,
} from "./metrics-options.js";
import { parseWhole } from "./parse-whole.js";

/** Flags of `evaluate` for variants that make pictures from noise. */
export interface MeasureRunFlags extends MeasureFlags {
  from: string;
  metrics: string;
  count: string;
  real?: string;
  best?: boolean;
  backend?: BackendName;
}

export const measureRunOptions = [
  new Option("--from <run>", "folder of a training run").makeOptionMandatory(),
  new Option("--metrics <names>", "some of fid, kid, is, prdc, with commas between; or all").default(
    "fid,kid,prdc",
  ),
  new Option("--count <number>", "pictures to generate, and to take of the real ones").default("10000"),
  new Option("--real <source>", "pictures to compare with; default: those that it was trained on"),
  new Option("--best", "the best checkpoint instead of the newest"),
  ...measureOptions(),
  backendOption(),
];

/**
 * Measures the pictures that a run's model makes.
 *
 * @returns The exit code.
 */
export async function runMeasureRun<
  Network extends string,
  Batch extends TensorRecord,
  Model,
  V extends Variant<Network, Batch>,
>(definition: CliDefinition<Network, Batch, Model, V>, flags: MeasureRunFlags): Promise<number> {
  const metrics = parseMetrics(flags.metrics);
  const count = parseWhole("--count", flags.count, 2);
  const seed = parseWhole("--seed", flags.seed, 0);
  const loaded = await loadModel(definition, flags.from, flags.backend, { best: flags.best });
  const { variant, config, checkpoint } = loaded;
  const { imagesSeen } = checkpoint.state.trainer;
  const extractor = await openExtractor(flags);
  const data = await definition.openData(config, new Random(config.training.seed).fork("data"), {
    warn: (message) => console.error(message),
  });
  const batches = data.heldOut ?? data;
  const bars = createPictureBars();
  const onProgress = bars.show;
  try {
    if (flags.real === undefined) {
      const cache = flags.cache ? undefined : (false as const);
      const options = { variant, data: batches, extractor, metrics, count, seed, cache, onProgress };
      const meter = createModelMeter<Network, Batch>({ ...options, onWarning: console.error });
      printReport((await meter(imagesSeen)).report, flags.json);
      return exitCodes.success;
    }
    const real = await collectSource(flags.real, "real", {
      load: () => loadRegistry(definition.datasets),
      extractor: async () => extractor,
      count,
      seed,
      cache: flags.cache,
      onProgress,
    });
    const fromImages = variant.stage?.(imagesSeen).fromImages ?? 0;
    const pictures = generatedPictures<Network, Batch>(variant, { data: batches, count, fromImages, seed });
    const fake = await collectFeatures(pictures, extractor, {
      multiply: multiplyDoubles,
      random: new Random(seed),
      onProgress: (done, all) => onProgress("generated", done, all),
    });
    printReport(measure(metrics, real, fake, { seed, multiply: multiplyDoubles }), flags.json);
    return exitCodes.success;
  } finally {
    bars.stop();
    extractor.dispose();
    await data.close?.();
  }
}

const loadRegistry = async (registry: RegistrySource) =>
  typeof registry === "function" ? registry() : registry;

/** Makes the pictures of a run for `metrics`. */
export function createRunOpener<
  Network extends string,
  Batch extends TensorRecord,
  Model,
  V extends Variant<Network, Batch>,
>(definition: CliDefinition<Network, Batch, Model, V>): OpenRun {
  return async (folder, count, seed) => {
    const { variant, config, checkpoint } = await loadModel(definition, folder);
    const data = await definition.openData(config, new Random(config.training.seed).fork("data"), {
      warn: (message) => console.error(message),
    });
    const batches = data.heldOut ?? data;
    const fromImages = variant.stage?.(checkpoint.state.trainer.imagesSeen).fromImages ?? 0;
    const pictures = generatedPictures<Network, Batch>(variant, { data: batches, count, fromImages, seed });
    return {
      ...pictures,
      name: folder,
      async *batches(size) {
        yield* pictures.batches(size);
        await data.close?.();
      },
    };
  };
}
