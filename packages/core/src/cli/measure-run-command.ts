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
import type { MeasuredRuns } from "./metrics-command.js";
import {
  createPictureBars,
  type MeasureFlags,
  measureOptions,
  openExtractor,
  parseMetrics,
} from "./metrics-options.js";
import { parseWhole } from "./parse-whole.js";
import {
  describePathLength,
  measurePathLength,
  type PathLengthFlags,
  type PathLengthReport,
  pathLengthOptions,
} from "./path-length.js";
import { printReport } from "./print-report.js";

/** Flags of `evaluate` for variants that make pictures from noise. */
export interface MeasureRunFlags extends MeasureFlags, PathLengthFlags {
  from: string;
  metrics: string;
  count: string;
  real?: string;
  best?: boolean;
  backend?: BackendName;
}

export const measureRunOptions = [
  new Option("--from <run>", "folder of a training run").makeOptionMandatory(),
  new Option(
    "--metrics <names>",
    "some of fid, kid, is, prdc, ppl, with commas between; or all: all but ppl",
  ).default("fid,kid,prdc"),
  new Option("--count <number>", "pictures to generate, and to take of the real ones").default("10000"),
  new Option("--real <source>", "pictures to compare with; default: those that it was trained on"),
  new Option("--best", "the best checkpoint instead of the newest"),
  ...measureOptions(),
  ...pathLengthOptions(),
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
  const { metrics, withPaths } = splitMetrics(flags.metrics);
  const count = parseWhole("--count", flags.count, 2);
  const seed = parseWhole("--seed", flags.seed, 0);
  const loaded = await loadModel(definition, flags.from, flags.backend, { best: flags.best });
  const { variant, config, checkpoint } = loaded;
  const { imagesSeen } = checkpoint.state.trainer;
  const paths = withPaths ? await measurePathLength(variant, flags, seed) : undefined;
  if (metrics.length === 0) {
    printPathLength(paths as PathLengthReport, flags.json);
    return exitCodes.success;
  }
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
      printReport((await meter(imagesSeen)).report, flags.json, paths);
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
    printReport(measure(metrics, real, fake, { seed, multiply: multiplyDoubles }), flags.json, paths);
    return exitCodes.success;
  } finally {
    bars.stop();
    extractor.dispose();
    await data.close?.();
  }
}

/** The metrics of features that a list names, and whether it names `ppl`, which needs no real pictures. */
function splitMetrics(text: string) {
  const names = text.split(",").map((name) => name.trim());
  const others = names.filter((name) => name !== "ppl");
  const withPaths = others.length < names.length;
  return { withPaths, metrics: withPaths && others.length === 0 ? [] : parseMetrics(others.join(",")) };
}

function printPathLength(report: PathLengthReport, json: boolean | undefined): void {
  console.log(json ? JSON.stringify(report) : describePathLength(report));
}

/** Measures the path length of a run's model, for the command `metrics ppl`. */
export function createPathMeter<
  Network extends string,
  Batch extends TensorRecord,
  Model,
  V extends Variant<Network, Batch>,
>(definition: CliDefinition<Network, Batch, Model, V>): MeasuredRuns["measurePaths"] {
  return async (run, flags) => {
    const seed = parseWhole("--seed", flags.seed, 0);
    const { best } = flags;
    const { variant } = await loadModel(definition, run, flags.backend, { best });
    printPathLength(await measurePathLength(variant, flags, seed), flags.json);
  };
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
