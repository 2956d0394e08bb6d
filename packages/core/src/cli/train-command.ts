import { join } from "node:path";
import { Option } from "commander";
import type { TensorRecord } from "../data/index.js";
import { GanError } from "../errors/index.js";
import { saveRun } from "../node/index.js";
import { Random } from "../random/index.js";
import { train } from "../train/index.js";
import type { CliDefinition } from "./definition.js";
import { describeInvocation } from "./describe-invocation.js";
import { exitCodes } from "./exit-codes.js";
import { loadConfig } from "./load-config.js";
import { createProgress } from "./progress.js";
import { formatDuration } from "./rate-meter.js";
import { createRunConfigParser, type RunConfig } from "./run-config.js";
import { startBackend } from "./start-backend.js";

/** Flags of `train`. */
export interface TrainFlags {
  config: string;
  out: string;
  set: string[];
  seed?: string;
  dryRun?: boolean;
}

export const trainOptions = [
  new Option("--config <preset-or-file>", "preset name or JSON file").makeOptionMandatory(),
  new Option("--out <folder>", "folder of the run; one that was interrupted goes on").makeOptionMandatory(),
  new Option(
    "--set <key=value>",
    "change a value of the configuration, for example training.batchSize=32; repeatable",
  )
    .default([], "none")
    .argParser((value: string, previous: string[]) => [...previous, value]),
  new Option("--seed <number>", "short for --set training.seed=<number>"),
  new Option("--dry-run", "print the configuration and the size of the networks, train nothing"),
];

/**
 * Trains into a run folder until it is done or interrupted.
 *
 * @returns The exit code.
 */
export async function runTrain<Network extends string, Batch extends TensorRecord, Model>(
  definition: CliDefinition<Network, Batch, Model>,
  flags: TrainFlags,
): Promise<number> {
  const settings = flags.seed === undefined ? flags.set : [...flags.set, `training.seed=${flags.seed}`];
  const json = await loadConfig(definition.name, definition.presetFolder, flags.config, settings);
  const config = createRunConfigParser(definition.name, definition.modelSchema)(json);
  await startBackend();
  if (flags.dryRun) {
    printPlan(definition, config);
    return exitCodes.success;
  }
  const { seed, totalImages, sampleEveryImages, checkpointEveryImages } = config.training;
  const data = await definition.openData(config, new Random(seed).fork("data"));
  const variant = definition.create(config.model, seed);
  const run = saveRun(flags.out, { config, seed, sampleEveryImages, checkpointEveryImages });
  const interruption = listenForInterrupt();
  const progress = createProgress(process.stderr);
  const start = performance.now();
  let imagesAtStart = 0;
  let imagesSeen = 0;
  try {
    for await (const event of train({
      variant,
      data,
      totalImages,
      seed,
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
  }
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
  console.log(`New ones: ${command} generate --from ${flags.out} --count 64 --seed 7 --out new.png`);
  return exitCodes.success;
}

function printPlan<Network extends string, Batch extends TensorRecord, Model>(
  definition: CliDefinition<Network, Batch, Model>,
  config: RunConfig<Model>,
): void {
  const { networks } = definition.create(config.model, config.training.seed);
  const modules = Object.entries<{ parameterCount(): number }>(networks);
  const parameters = Object.fromEntries(modules.map(([name, module]) => [name, module.parameterCount()]));
  console.log(JSON.stringify({ config, parameters }, null, 2));
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
