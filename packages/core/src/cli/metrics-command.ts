import { multiplyDoubles } from "@gan/backend-ort";
import { Command, Option } from "commander";
import { ConfigError } from "../errors/index.js";
import {
  type FeatureCollection,
  type FeatureExtractor,
  type FeatureMetric,
  measure,
} from "../metrics/index.js";
import { fetchableWeights, startBackend, writeStatistics } from "../node/index.js";
import type { RegistrySource } from "./data-command.js";
import { type FetchFlags, runFetch } from "./fetch-command.js";
import { type LpipsFlags, runLpips } from "./lpips-command.js";
import {
  type CollectSourceOptions,
  collectSource,
  isStatisticsFile,
  type OpenRun,
} from "./measured-source.js";
import {
  createPictureBars,
  defaultExtractor,
  type MeasureFlags,
  measureOptions,
  openExtractor,
  parseMetrics,
  printReport,
} from "./metrics-options.js";
import { parseWhole } from "./parse-whole.js";
import { type QuizFlags, runQuiz } from "./quiz-command.js";

/** Flags of `metrics`. */
interface MetricsFlags extends MeasureFlags {
  count?: string;
  strict?: boolean;
}

const descriptions: Readonly<Record<FeatureMetric | "all", string>> = {
  fid: "Fréchet distance: FID with Inception",
  kid: "kernel distance: KID with Inception",
  is: "inception score of the generated pictures",
  prdc: "precision, recall, density and coverage",
  all: "all of these that the network allows",
};

/**
 * The command `metrics` with `fid`, `kid`, `is`, `prdc`, `all`, `lpips`, `quiz`, `stats` and `fetch`, for a variant's program or `gan`.
 *
 * @param openRun Makes pictures of a run; absent where no variant is known.
 */
export function metricsCommand(registry: RegistrySource, openRun?: OpenRun): Command {
  const load = async () => (typeof registry === "function" ? registry() : registry);
  const command = new Command("metrics").description("measure generated pictures against real ones");
  const sources = "a folder of pictures, a pack, a data set, a run or a .npz of statistics";
  const count = () =>
    new Option("--count <pictures>", "take so many by chance; default: all, of a run 10,000");
  const strict = () => new Option("--strict", "refuse damaged pictures instead of leaving them out");
  for (const [name, description] of Object.entries(descriptions)) {
    const metric = command.command(`${name} <real> <fake>`).description(`${description}; of ${sources}`);
    for (const option of [...measureOptions(), count(), strict()]) metric.addOption(option);
    metric.action((real: string, fake: string, flags: MetricsFlags) =>
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

type Opening = Pick<CollectSourceOptions, "load" | "openRun">;

async function runMetrics(
  name: string,
  sources: [real: string, fake: string],
  flags: MetricsFlags,
  opening: Opening,
): Promise<void> {
  const seed = parseWhole("--seed", flags.seed, 0);
  const [real, fake] = await collectAll(sources, flags, opening);
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

interface StatsFlags extends MetricsFlags {
  out: string;
  features?: boolean;
}

async function runStats(source: string, flags: StatsFlags, opening: Opening): Promise<void> {
  if (!isStatisticsFile(flags.out)) {
    throw new ConfigError("core", `--out must be a file .npz, got ${flags.out}.`);
  }
  const [collection] = (await collectAll([source], flags, opening)) as [FeatureCollection];
  await writeStatistics(flags.out, collection, { features: flags.features === true });
  const { count, extractor } = collection;
  if (flags.json) console.log(JSON.stringify({ out: flags.out, count, extractor }));
  else
    console.log(
      `Statistics of ${count} pictures by ${extractor?.name ?? "an unknown network"}: ${flags.out}`,
    );
}

/** The features of sources, with one network, which is opened only if one of them needs it. */
async function collectAll(
  sources: readonly string[],
  flags: MetricsFlags,
  opening: Opening,
): Promise<FeatureCollection[]> {
  const seed = parseWhole("--seed", flags.seed, 0);
  const count = flags.count === undefined ? undefined : parseWhole("--count", flags.count, 1);
  const bars = createPictureBars();
  const collected = new Map<number, FeatureCollection>();
  let opened: FeatureExtractor | undefined;
  const options: CollectSourceOptions = {
    ...opening,
    async extractor() {
      if (opened !== undefined) return opened;
      await startBackend(undefined, { onFault: console.error });
      // A file of statistics says which network to use, unless the user does.
      const known = [...collected.values()].find(({ extractor }) => extractor !== undefined)?.extractor;
      const { extractor = known?.name ?? defaultExtractor, resize = known?.resize } = flags;
      opened = await openExtractor({ ...flags, extractor, ...(resize !== undefined && { resize }) });
      return opened;
    },
    count,
    seed,
    cache: flags.cache,
    strict: flags.strict,
    onProgress: bars.show,
  };
  try {
    const order = sources.map((_, index) => index);
    order.sort((one, other) => rank(sources[one]) - rank(sources[other])); // files first
    for (const index of order) {
      const what = sources.length === 1 ? "all" : index === 0 ? "real" : "generated";
      collected.set(index, await collectSource(sources[index] as string, what, options));
    }
    return sources.map((_, index) => collected.get(index) as FeatureCollection);
  } finally {
    bars.stop();
    opened?.dispose();
  }
}

const rank = (source: string | undefined) => (isStatisticsFile(source ?? "") ? 0 : 1);
