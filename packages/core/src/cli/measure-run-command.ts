import { multiplyDoubles } from "@gan/backend-ort";
import { Option } from "commander";
import type { TensorRecord } from "../data/index.js";
import { collectFeatures, measure } from "../metrics/index.js";
import { createModelMeter } from "../node/index.js";
import { Random } from "../random/index.js";
import { generatedPictures, type Variant } from "../train/index.js";
import { backendOption } from "./backend-option.js";
import type { RegistrySource } from "./data-command.js";
import type { CliDefinition } from "./definition.js";
import { exitCodes } from "./exit-codes.js";
import { holdOut } from "./hold-out.js";
import { loadModel, type ModelFlags, modelOptions } from "./load-model.js";
import { createUntrained, measureFloor } from "./measure-baselines.js";
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
export interface MeasureRunFlags extends ModelFlags, MeasureFlags, PathLengthFlags {
  metrics: string;
  count: string;
  real?: string;
  heldOut?: boolean;
  baselines?: boolean;
}

export const measureRunOptions = [
  ...modelOptions(),
  new Option(
    "--metrics <names>",
    "some of fid, kid, is, prdc, ppl, with commas between; or all: all but ppl",
  ).default("fid,kid,prdc"),
  new Option("--count <number>", "pictures to generate, and to take of the real ones").default("10000"),
  new Option("--real <source>", "pictures to compare with; default: those that it was trained on"),
  new Option(
    "--held-out",
    "compare with the part of the data set that was not trained on, brought to the model's size in the same way",
  ).conflicts("real"),
  new Option(
    "--baselines",
    "also measure the untrained networks, and training pictures, in the same way",
  ).conflicts("real"),
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
  const { variant, config, imagesSeen } = await loadModel(definition, flags);
  const paths = withPaths ? await measurePathLength(variant, flags, seed) : undefined;
  if (metrics.length === 0) {
    printPathLength(paths as PathLengthReport, flags.json);
    return exitCodes.success;
  }
  const extractor = await openExtractor(flags);
  const open = (part: typeof config) =>
    definition.openData(part, new Random(config.training.seed).fork("data"), { warn: console.error });
  const data = await open(flags.heldOut ? holdOut(definition.name, config, count) : config);
  const batches = data.heldOut ?? data;
  const bars = createPictureBars();
  const onProgress = bars.show;
  try {
    if (flags.real === undefined) {
      const cache = flags.cache ? undefined : (false as const);
      const options = { variant, data: batches, extractor, metrics, count, seed, cache, onProgress };
      const measureModel = async (model: V) => {
        const meter = createModelMeter<Network, Batch>({
          ...options,
          variant: model,
          onWarning: console.error,
        });
        return (await meter(imagesSeen)).report;
      };
      const report = await measureModel(variant);
      if (!flags.baselines) {
        printReport(report, flags.json, paths);
        return exitCodes.success;
      }
      const untrained = (await measureModel(createUntrained(definition, config, variant))).values;
      const fromImages = variant.stage?.(imagesSeen).fromImages ?? 0;
      const trained = await open(config);
      const places = { variant, real: batches, trained, fromImages };
      const floor = await measureFloor<Network, Batch>({ ...options, ...places });
      await trained.close?.();
      printReport(report, flags.json, paths, { untrained: untrained, "training pictures": floor });
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
    const { best, backend } = flags;
    const { variant } = await loadModel(definition, {
      from: run,
      ...(best && { best }),
      ...(backend && { backend }),
    });
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
    const { variant, config, imagesSeen } = await loadModel(definition, { from: folder });
    const data = await definition.openData(config, new Random(config.training.seed).fork("data"), {
      warn: (message) => console.error(message),
    });
    const batches = data.heldOut ?? data;
    const fromImages = variant.stage?.(imagesSeen).fromImages ?? 0;
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
