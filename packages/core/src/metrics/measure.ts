import { ConfigError, DataError } from "../errors/index.js";
import { Random } from "../random/index.js";
import type { FeatureCollection } from "./collect-features.js";
import { computeFrechetDistance } from "./frechet-distance.js";
import { computeInceptionScore } from "./inception-score.js";
import { computeKernelDistance } from "./kernel-distance.js";
import type { MatrixOptions } from "./matrix-product.js";
import { checkSameExtractor, type MetricReport, warnOfSmallSets } from "./metric-result.js";
import { computePrecisionRecall } from "./precision-recall.js";

/** Metrics of two sets of features. */
export const featureMetrics = ["fid", "kid", "is", "prdc"] as const;
/** One of {@link featureMetrics}. */
export type FeatureMetric = (typeof featureMetrics)[number];

/** Which of a metric's numbers are how good: what the best checkpoint goes by. */
export const betterWhen: Readonly<Record<string, "lower" | "higher">> = {
  fid: "lower",
  kid: "lower",
  is: "higher",
  precision: "higher",
  recall: "higher",
  density: "higher",
  coverage: "higher",
};

/** Options of {@link measure}. */
export interface MeasureOptions extends MatrixOptions {
  /** Draws KID's subsets and the order of the inception score. Default 0. */
  seed?: number | undefined;
}

/**
 * Measures generated pictures against real ones, by their features.
 *
 * @throws ConfigError when the sets were made with different extractors, or a metric needs what a set
 *   lacks; DataError for too few pictures.
 */
export function measure(
  metrics: readonly FeatureMetric[],
  real: FeatureCollection,
  fake: FeatureCollection,
  options: MeasureOptions = {},
): MetricReport {
  const { seed = 0, multiply } = options;
  checkSameExtractor(real.extractor, fake.extractor);
  const random = new Random(seed).fork("metrics");
  const values: Record<string, number> = {};
  const warnings = warnOfSmallSets(real.count, fake.count);
  if (real.extractor === undefined || fake.extractor === undefined) {
    warnings.push(
      "a file of statistics does not say which network made it: the result means something only if it was the other's, with the same resize method.",
    );
  }
  for (const metric of metrics) {
    if (metric === "fid") {
      values.fid = computeFrechetDistance(real.statistics, fake.statistics, { multiply });
    } else if (metric === "kid") {
      const [one, other] = [requireFeatures(real, metric), requireFeatures(fake, metric)];
      const kid = computeKernelDistance(one, other, { multiply, random: random.fork("kid") });
      values.kid = kid.mean;
      values.kidDeviation = kid.deviation;
      if (kid.subsetSize < 1000) {
        warnings.push(
          `KID is of subsets of ${kid.subsetSize} pictures, all that there are; 1,000 are usual.`,
        );
      }
    } else if (metric === "is") {
      if (fake.logits === undefined) {
        throw new ConfigError(
          "core",
          `an inception score needs a network that classifies, ${fake.extractor?.name ?? "a file of statistics"} does not. Leave it out or choose another extractor.`,
        );
      }
      const splits = Math.min(10, fake.logits.count);
      const score = computeInceptionScore(fake.logits, { splits, random: random.fork("is") });
      values.is = score.mean;
      values.isDeviation = score.deviation;
    } else {
      const [one, other] = [requireFeatures(real, metric), requireFeatures(fake, metric)];
      Object.assign(values, computePrecisionRecall(one, other, { multiply }));
    }
  }
  const extractor = real.extractor ?? fake.extractor;
  return {
    values,
    ...(extractor !== undefined && { extractor }),
    nReal: real.count,
    nFake: fake.count,
    seed,
    warnings,
  };
}

function requireFeatures({ features, name }: FeatureCollection, metric: string) {
  if (features !== undefined) return features;
  throw new DataError(
    "core",
    `${metric} needs the features of single pictures, ${name} holds their statistics only. Give the pictures.`,
  );
}
