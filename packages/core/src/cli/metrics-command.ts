import { multiplyDoubles } from "@gan/backend-ort";
import { Command, Option } from "commander";
import { ConfigError } from "../errors/index.js";
import { type FeatureCollection, type FeatureMetric, measure } from "../metrics/index.js";
import { type BackendName, fetchableWeights, writeStatistics } from "../node/index.js";
import { backendOption } from "./backend-option.js";
import { type CollectFlags, collectSources, type Opening } from "./collect-sources.js";
import type { RegistrySource } from "./data-command.js";
import { type FetchFlags, runFetch } from "./fetch-command.js";
import { type LpipsFlags, runLpips } from "./lpips-command.js";
import { isStatisticsFile, type OpenRun } from "./measured-source.js";
import { measureOptions, parseMetrics } from "./metrics-options.js";
import { type PairedFlags, runPaired } from "./paired-command.js";
import { parseWhole } from "./parse-whole.js";
import { type PathLengthFlags, pathLengthOptions } from "./path-length.js";
import { printReport } from "./print-report.js";
import { type QuizFlags, runQuiz } from "./quiz-command.js";

const descriptions: Readonly<Record<FeatureMetric | "all", string>> = {
  fid: "Fréchet distance: FID with Inception",
  kid: "kernel distance: KID with Inception",
  is: "inception score of the generated pictures",
  prdc: "precision, recall, density and coverage",
  all: "all of these that the network allows",
};

/** What a variant's program knows of its runs. */
export interface MeasuredRuns {
  /** Makes pictures of a run. */
  open: OpenRun;
  /** Measures the path length of a run's model, and prints it. */
  measurePaths(run: string, flags: RunPathFlags): Promise<void>;
}

/** Flags of `metrics ppl`. */
export interface RunPathFlags extends PathLengthFlags {
  best?: boolean;
  seed: string;
  json?: boolean;
  backend?: BackendName;
}

/**
 * The command `metrics` with `fid`, `kid`, `is`, `prdc`, `all`, `lpips`, `paired`, `quiz`, `stats` and `fetch`, for a variant's
 * program or `gan`; with `ppl` where the variant is known.
 */
export function metricsCommand(registry: RegistrySource, runs?: MeasuredRuns): Command {
  const openRun = runs?.open;
  const load = async () => (typeof registry === "function" ? registry() : registry);
  const command = new Command("metrics").description("measure generated pictures against real ones");
  const sources = "a folder of pictures, a pack, a data set, a run or a .npz of statistics";
  const count = () =>
    new Option("--count <pictures>", "take so many by chance; default: all, of a run 10,000");
  const strict = () => new Option("--strict", "refuse damaged pictures instead of leaving them out");
  for (const [name, description] of Object.entries(descriptions)) {
    const metric = command.command(`${name} <real> <fake>`).description(`${description}; of ${sources}`);
    for (const option of [...measureOptions(), count(), strict()]) metric.addOption(option);
    metric.action((real: string, fake: string, flags: CollectFlags) =>
      runMetrics(name, [real, fake], flags, { load, openRun }),
    );
  }
  const lpips = command
    .command("lpips <real> <fake>")
    .description("perceptual distance of pairs: both sources in their order, equally many pictures");
  lpips
    .addOption(new Option("--network <name>", "backbone").choices(["alex", "vgg16"]).default("alex"))
    .addOption(new Option("--backbone <file.pth>", "torchvision's weights; default: those fetched"))
    .addOption(new Option("--linear <file.pth>", "lpips's weights of the channels"))
    .addOption(
      new Option("--diversity <pairs>", "also the distance of so many random pairs of generated ones"),
    )
    .addOption(count())
    .addOption(new Option("--seed <number>", "chooses pictures and pairs").default("0"))
    .option("--json", "for machines")
    .action((real: string, fake: string, flags: LpipsFlags) =>
      runLpips([real, fake], flags, { load, openRun }),
    );
  command
    .command("paired <real> <fake>")
    .description("L1, PSNR, SSIM and MS-SSIM of pairs: both sources in their order, equally many pictures")
    .addOption(count())
    .addOption(new Option("--seed <number>", "chooses pictures").default("0"))
    .option("--json", "for machines")
    .action((real: string, fake: string, flags: PairedFlags) =>
      runPaired([real, fake], flags, { load, openRun }),
    );
  if (runs !== undefined) {
    const paths = command
      .command("ppl <run>")
      .description(
        "perceptual path length of a run's model: how far pictures move on ways through its latents",
      );
    for (const option of pathLengthOptions()) paths.addOption(option);
    paths
      .option("--best", "the best checkpoint instead of the newest")
      .addOption(new Option("--seed <number>", "chooses paths and noise").default("0"))
      .option("--json", "for machines")
      .addOption(backendOption())
      .action((run: string, flags: RunPathFlags) => runs.measurePaths(run, flags));
  }
  command
    .command("fetch <network>")
    .description(`fetch published weights into the cache, once: ${fetchableWeights.join(", ")}`)
    .addOption(new Option("--url <address>", "another place; the content must be the same"))
    .option("--json", "for machines")
    .action((name: string, flags: FetchFlags) => runFetch(name, flags));
  command
    .command("quiz <real> <fake>")
    .description(
      "let people tell real from generated pictures, on a page of this machine; 50 % errors is success",
    )
    .addOption(
      new Option("--mode <how>", "one picture at a time, or two")
        .choices(["single", "pair"])
        .default("single"),
    )
    .addOption(new Option("--count <questions>", "how many").default("50"))
    .addOption(new Option("--seconds <number>", "time for an answer; 0: no limit").default("0"))
    .addOption(new Option("--out <file.jsonl>", "answers; those in it go on counting").default("quiz.jsonl"))
    .addOption(new Option("--port <number>", "0: one that is free").default("0"))
    .addOption(new Option("--seed <number>", "chooses pictures and their order").default("0"))
    .option("--json", "for machines")
    .action((real: string, fake: string, flags: QuizFlags) =>
      runQuiz([real, fake], flags, { load, openRun }),
    );
  const stats = command
    .command("stats <source>")
    .description("write mean and covariance of features as pytorch-fid does");
  for (const option of [...measureOptions(), count(), strict()]) stats.addOption(option);
  stats
    .addOption(new Option("--out <file.npz>", "file to write").makeOptionMandatory())
    .option("--features", "keep the features too, for metrics besides FID")
    .action((source: string, flags: StatsFlags) => runStats(source, flags, { load, openRun }));
  return command;
}

async function runMetrics(
  name: string,
  sources: [real: string, fake: string],
  flags: CollectFlags,
  opening: Opening,
): Promise<void> {
  const seed = parseWhole("--seed", flags.seed, 0);
  const [real, fake] = await collectSources(sources, flags, opening);
  const metrics =
    name === "all"
      ? parseMetrics("all").filter((metric) =>
          isPossible(metric, real as FeatureCollection, fake as FeatureCollection),
        )
      : parseMetrics(name);
  const report = measure(metrics, real as FeatureCollection, fake as FeatureCollection, {
    seed,
    multiply: multiplyDoubles,
  });
  printReport(report, flags.json);
}

/** What `all` leaves out: what no network says, or a file does not hold. */
function isPossible(metric: FeatureMetric, real: FeatureCollection, fake: FeatureCollection): boolean {
  if (metric === "fid") return true;
  if (metric === "is") return fake.logits !== undefined;
  return real.features !== undefined && fake.features !== undefined;
}

interface StatsFlags extends CollectFlags {
  out: string;
  features?: boolean;
}

async function runStats(source: string, flags: StatsFlags, opening: Opening): Promise<void> {
  if (!isStatisticsFile(flags.out)) {
    throw new ConfigError("core", `--out must be a file .npz, got ${flags.out}.`);
  }
  const [collection] = (await collectSources([source], flags, opening)) as [FeatureCollection];
  await writeStatistics(flags.out, collection, { features: flags.features === true });
  const { count, extractor } = collection;
  if (flags.json) console.log(JSON.stringify({ out: flags.out, count, extractor }));
  else
    console.log(
      `Statistics of ${count} pictures by ${extractor?.name ?? "an unknown network"}: ${flags.out}`,
    );
}
