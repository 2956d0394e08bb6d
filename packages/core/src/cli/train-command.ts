import { stat } from "node:fs/promises";
import { join } from "node:path";
import { Option } from "commander";
import type { TensorRecord } from "../data/index.js";
import { ConfigError, GanError } from "../errors/index.js";
import {
  type BackendName,
  findCheckpoint,
  nameBackend,
  type RunningBackend,
  saveRun,
} from "../node/index.js";
import { readPretrainedFacts, restorePretrained } from "../pretrained/index.js";
import { Random } from "../random/index.js";
import { listFirstLayers, train, type Variant } from "../train/index.js";
import {
  backendOption,
  describeBackend,
  readRecordedBackend,
  startTrainingBackend,
} from "./backend-option.js";
import type { CliDefinition, DataReport, OpenedData } from "./definition.js";
import { describeInvocation } from "./describe-invocation.js";
import { estimateRun } from "./estimate-run.js";
import { exitCodes } from "./exit-codes.js";
import { applySetting, loadConfig } from "./load-config.js";
import { readPretrainedFiles } from "./load-model.js";
import { addMetrics, openModelMeter, tellMeasured } from "./measure-training.js";
import { defaultExtractor } from "./metrics-options.js";
import { createProgress, type Progress } from "./progress.js";
import { formatDuration } from "./rate-meter.js";
import { createRunConfigParser, type RunConfig } from "./run-config.js";

/** Flags of `train`. */
export interface TrainFlags {
  backend?: BackendName;
  config?: string;
  fromPretrained?: string;
  freezeDiscriminatorLayers?: string;
  out: string;
  set: string[];
  seed?: string;
  data?: string;
  strict?: boolean;
  onDivergence: "stop" | "rollback";
  metrics?: string;
  metricsEvery?: string;
  metricsExtractor?: string;
  metricsCount?: string;
  dryRun?: boolean;
  measure?: boolean;
  json?: boolean;
}

export const trainOptions = [
  new Option(
    "--config <preset-or-file>",
    "preset name or JSON file; with --from-pretrained that of the weights",
  ),
  new Option(
    "--from-pretrained <name>",
    "fine-tune: start from weights that come with the package, or from a folder of weights",
  ),
  new Option(
    "--freeze-discriminator-layers <number>",
    "so many layers next to the picture keep their weights, for fine-tuning on few pictures",
  ),
  new Option("--out <folder>", "folder of the run; one that was interrupted goes on").makeOptionMandatory(),
  new Option(
    "--set <key=value>",
    "change a value of the configuration, for example training.batchSize=32; repeatable",
  )
    .default([], "none")
    .argParser((value: string, previous: string[]) => [...previous, value]),
  new Option("--seed <number>", "short for --set training.seed=<number>"),
  new Option("--data <folder-or-name>", "pictures to train on: a folder, or the name of a data set"),
  new Option("--strict", "refuse damaged pictures instead of leaving them out"),
  new Option("--on-divergence <what>", "stop, or go back to the last checkpoint up to three times")
    .choices(["stop", "rollback"])
    .default("stop"),
  new Option("--metrics <names>", "measure while training: some of fid, kid, is, prdc, with commas between"),
  new Option("--metrics-every <images>", "images between measurements (default: a tenth of the run)"),
  new Option(
    "--metrics-extractor <name-or-file>",
    `network whose features are compared (default: ${defaultExtractor})`,
  ),
  new Option("--metrics-count <pictures>", "pictures of each kind in a measurement (default: 10,000)"),
  backendOption(),
  new Option(
    "--dry-run",
    "print the configuration, the size of the networks, and what a few steps tell of rate and memory; save nothing",
  ),
  new Option("--no-measure", "with --dry-run: open no data and take no steps"),
  new Option("--json", "print events, or the plan of --dry-run, as JSON lines for machines"),
];

/**
 * Trains into a run folder until it is done or interrupted.
 *
 * @returns The exit code.
 */
export async function runTrain<
  Network extends string,
  Batch extends TensorRecord,
  Model,
  V extends Variant<Network, Batch>,
>(definition: CliDefinition<Network, Batch, Model, V>, flags: TrainFlags): Promise<number> {
  const settings = [...flags.set];
  if (flags.seed !== undefined) settings.push(`training.seed=${flags.seed}`);
  if (flags.strict) settings.push("data.strict=true");
  if (flags.freezeDiscriminatorLayers !== undefined) {
    settings.push(`training.freezeDiscriminatorLayers=${flags.freezeDiscriminatorLayers}`);
  }
  const loaded = await readConfig(definition, flags, settings);
  const withData = flags.data === undefined ? loaded : await replaceData(loaded, flags.data);
  const parse = createRunConfigParser(definition);
  const parsed = parse(addMetrics(withData, flags));
  const report = { warn: (message: string) => console.error(message) };
  const recorded = readRecordedBackend((await findCheckpoint(flags.out))?.state.backend);
  const running = await startTrainingBackend(flags.backend, recorded, report.warn);
  const isMeasured = flags.measure !== false;
  if (flags.dryRun && !isMeasured && definition.completeModel === undefined) {
    await printPlan(definition, parsed, undefined, running);
    return exitCodes.success;
  }
  const { seed, totalImages, accumulate, batchSize: _, ...others } = parsed.training;
  const { fromPretrained, freezeDiscriminatorLayers, ...saving } = others;
  const data = await definition.openData(parsed, new Random(seed).fork("data"), report);
  const config = { ...parsed, model: definition.completeModel?.(parsed.model, data) ?? parsed.model };
  if (flags.dryRun) {
    try {
      await printPlan(definition, config, isMeasured ? data : undefined, running);
    } finally {
      await data.close?.();
    }
    return exitCodes.success;
  }
  const tellSkipped = createSkipReport(data, report);
  tellSkipped();
  const variant = definition.create(config.model, seed);
  if (fromPretrained !== undefined) {
    const files = await readPretrainedFiles(definition, fromPretrained);
    restorePretrained(variant as unknown as Variant<string, never>, files);
  }
  const frozen = freezeDiscriminatorLayers && listFirstLayers(variant, freezeDiscriminatorLayers);
  if (!flags.json) {
    for (const [name, value] of Object.entries(definition.facts?.(variant) ?? {})) {
      console.log(`${name}: ${value}`);
    }
  }
  const progress = flags.json ? createJsonLines() : createProgress(process.stderr);
  const meter =
    config.metrics &&
    (await openModelMeter(config.metrics, { variant, data: data.heldOut ?? data, seed, ...report }));
  const run = saveRun(flags.out, {
    config,
    completeConfig: (stored) => {
      const began = parse(stored);
      // A run may be made longer: what it did so far stays the same.
      const longer = Math.max(began.training.totalImages, totalImages);
      return { ...began, training: { ...began.training, totalImages: longer } };
    },
    seed,
    backend: describeBackend(running),
    ...saving,
    ...(meter && { meter: { ...meter, onMeasured: (line) => tellMeasured(line, flags.json) } }),
  });
  const interruption = listenForInterrupt();
  if (!flags.json) report.warn(`Training on ${nameBackend(running)} (${running.hardware}).`);
  const start = performance.now();
  let imagesAtStart = 0;
  let imagesSeen = 0;
  try {
    for await (const event of train({
      variant,
      data,
      heldOut: data.heldOut,
      totalImages,
      seed,
      accumulate,
      ...(frozen && { frozen }),
      onDivergence: flags.onDivergence,
      signal: interruption.signal,
      ...run,
    })) {
      progress.show(event);
      if (event.type === "start") imagesAtStart = event.imagesSeen;
      imagesSeen = event.imagesSeen;
    }
  } finally {
    progress.stop();
    interruption.stop();
    tellSkipped();
    meter?.dispose();
    await data.close?.();
  }
  if (flags.json) return interruption.signal.aborted ? exitCodes.interrupted : exitCodes.success;
  const seconds = (performance.now() - start) / 1000;
  const rate = Math.round((imagesSeen - imagesAtStart) / seconds);
  if (imagesSeen === imagesAtStart) console.log(`The run is complete already, at ${imagesSeen} images.`);
  else console.log(`${imagesSeen} images after ${formatDuration(seconds)}, ${rate} images/s`);
  if (interruption.signal.aborted) {
    console.log(`Interrupted and saved in ${flags.out}. The same command goes on from there.`);
    return exitCodes.interrupted;
  }
  const command = describeInvocation(`gan-${definition.name}`);
  console.log(`Samples: ${join(flags.out, "samples.png")}`);
  console.log(`Report:  ${join(flags.out, "report.html")}`);
  const use =
    definition.createTranslator === undefined
      ? `generate --from ${flags.out} --count 64 --seed 7 --out new.png`
      : `translate picture.png --from ${flags.out} --out translated.png`;
  console.log(`New ones: ${command} ${use}`);
  return exitCodes.success;
}

/** The configuration that the flags name: a preset's, a file's, or that of the weights to start from. */
async function readConfig<Model>(
  definition: { name: string; presetFolder: string; weightsFolder: string; fineTune?(model: Model): Model },
  { config, fromPretrained }: Pick<TrainFlags, "config" | "fromPretrained">,
  settings: readonly string[],
): Promise<unknown> {
  const { name, presetFolder } = definition;
  if (fromPretrained === undefined) {
    if (config !== undefined) return loadConfig(name, presetFolder, config, settings);
    throw new ConfigError(
      name,
      "which configuration? Give --config and a preset or a file, or --from-pretrained.",
    );
  }
  const all = [...settings, `training.fromPretrained=${JSON.stringify(fromPretrained)}`];
  if (config !== undefined) return loadConfig(name, presetFolder, config, all);
  const { generator, ...files } = await readPretrainedFiles(definition, fromPretrained);
  const facts = readPretrainedFacts(generator, { ...files, variant: name, part: "generator" });
  const { metrics: _, ...given } = facts.config;
  const model = definition.fineTune?.(given.model as Model) ?? given.model;
  return all.reduce((current, setting) => applySetting(name, current, setting), {
    ...given,
    model,
  } as unknown);
}

/**
 * A folder becomes `data.folder`, anything else `data.name`; the section's other values stay, but for the options of a
 * set that is not meant any more.
 */
async function replaceData(config: unknown, source: string): Promise<unknown> {
  const isFolder = await stat(source).then(
    (found) => found.isDirectory(),
    () => false,
  );
  if (!isFolder && /[\\/]/.test(source)) {
    throw new ConfigError("core", `--data ${source}: there is no such folder.`);
  }
  const { data, ...rest } = config as { data?: Record<string, unknown> };
  const { name, folder: _, options, ...settings } = data ?? {};
  const isSame = !isFolder && name === source && options !== undefined;
  return {
    ...rest,
    data: { ...settings, [isFolder ? "folder" : "name"]: source, ...(isSame && { options }) },
  };
}

/** Tells which pictures were left out since it was called last. */
function createSkipReport({ skipped }: Pick<OpenedData<TensorRecord>, "skipped">, report: DataReport) {
  let told = 0;
  return () => {
    if (skipped === undefined || skipped.count === told) return;
    const examples = skipped.examples.slice(told);
    told = skipped.count;
    const more = skipped.count > skipped.examples.length ? " The first are:" : "";
    report.warn([`${skipped.count} pictures are left out.${more}`, ...examples].join("\n  "));
  };
}

/** Every event as a line of JSON. */
function createJsonLines(): Progress {
  return { show: (event) => console.log(JSON.stringify(event)), stop() {} };
}

/** Configuration, sizes of the networks, and what a few steps tell of time and memory. */
async function printPlan<
  Network extends string,
  Batch extends TensorRecord,
  Model,
  V extends Variant<Network, Batch>,
>(
  definition: CliDefinition<Network, Batch, Model, V>,
  config: RunConfig<Model>,
  data: OpenedData<Batch> | undefined,
  running: RunningBackend,
): Promise<void> {
  if (definition.drawPlan !== undefined) console.error(definition.drawPlan(config));
  const variant = definition.create(config.model, config.training.seed);
  const facts = definition.facts?.(variant);
  const modules = Object.entries<{ parameterCount(): number }>(variant.networks);
  const parameters = Object.fromEntries(modules.map(([name, module]) => [name, module.parameterCount()]));
  const estimate = data && (await estimateRun(variant, data, config.training));
  const backend = describeBackend(running);
  console.log(
    JSON.stringify(
      { config, parameters, backend, ...(estimate && { estimate }), ...(facts && { facts }) },
      null,
      2,
    ),
  );
}

/** The first Ctrl-C asks to stop after the current step, the second ends the process. */
function listenForInterrupt() {
  const controller = new AbortController();
  const signals = ["SIGINT", "SIGTERM"] as const;
  const interrupt = () => {
    if (controller.signal.aborted) process.exit(exitCodes.interrupted);
    controller.abort(new GanError("core", "interrupted"));
  };
  for (const signal of signals) process.on(signal, interrupt);
  const stop = () => {
    for (const signal of signals) process.off(signal, interrupt);
  };
  return { signal: controller.signal, stop };
}
