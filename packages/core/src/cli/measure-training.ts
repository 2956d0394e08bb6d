import type { BatchSource, TensorRecord } from "../data/index.js";
import { createModelMeter, loadExtractor, type MetricLine, type RunMeter } from "../node/index.js";
import type { Variant } from "../train/index.js";
import type { DataReport } from "./definition.js";
import { createPictureBars, defaultExtractor, parseMetrics } from "./metrics-options.js";
import { parseWhole } from "./parse-whole.js";
import type { RunConfig } from "./run-config.js";

/** Flags of `train` about metrics. */
export interface TrainMetricsFlags {
  metrics?: string;
  metricsEvery?: string;
  metricsExtractor?: string;
  metricsCount?: string;
}

/** Puts what the flags say into the configuration's section `metrics`; the section's other values stay. */
export function addMetrics(config: unknown, flags: TrainMetricsFlags): unknown {
  const { metrics: names, metricsEvery, metricsExtractor, metricsCount } = flags;
  const { metrics, training, ...rest } = config as {
    metrics?: Record<string, unknown>;
    training?: { totalImages?: number };
  };
  const given = {
    ...(names !== undefined && { names: parseMetrics(names) }),
    ...(metricsEvery !== undefined && { everyImages: parseWhole("--metrics-every", metricsEvery, 1) }),
    ...(metricsExtractor !== undefined && { extractor: metricsExtractor }),
    ...(metricsCount !== undefined && { count: parseWhole("--metrics-count", metricsCount, 2) }),
  };
  if (metrics === undefined && Object.keys(given).length === 0) return config;
  const everyImages = Math.max(1, Math.ceil((training?.totalImages ?? 1) / 10));
  return { ...rest, training, metrics: { everyImages, extractor: defaultExtractor, ...metrics, ...given } };
}

/** What measures a model while it trains, to be disposed after the run. */
export async function openModelMeter<Network extends string, Batch extends TensorRecord>(
  { names, everyImages, extractor: name, resize, count }: NonNullable<RunConfig<unknown>["metrics"]>,
  options: { variant: Variant<Network, Batch>; data: BatchSource<Batch>; seed: number } & DataReport,
): Promise<RunMeter & { dispose(): void }> {
  const extractor = await loadExtractor(name, { resize });
  const { variant, data, seed, warn } = options;
  const bars = createPictureBars();
  const measure = createModelMeter<Network, Batch>({
    variant,
    data,
    extractor,
    metrics: names,
    count,
    seed,
    onWarning: warn,
    onProgress: bars.show,
  });
  return { everyImages, measure, dispose: () => extractor.dispose() };
}

/** Prints what was measured, beside the progress or as a line of JSON. */
export function tellMeasured(
  { imagesSeen, metrics, conditions }: MetricLine,
  json: boolean | undefined,
): void {
  if (json) {
    console.log(JSON.stringify({ type: "metrics", imagesSeen, metrics, conditions }));
    return;
  }
  const values = Object.entries(metrics)
    .filter(([name]) => !name.endsWith("Deviation"))
    .map(([name, value]) => `${name} ${Number(value.toPrecision(5))}`);
  const network = conditions?.extractor?.name ?? "";
  console.error(`\n${imagesSeen} images: ${values.join(", ")} (${network}, ${conditions?.nFake} pictures)`);
}
