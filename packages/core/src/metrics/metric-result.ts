import { ConfigError } from "../errors/index.js";
import type { ExtractorIdentity } from "./feature-extractor.js";

/** Under how many pictures the metrics are not to be trusted, and how many are usual. */
const [leastPictures, usualPictures] = [2048, 10_000];

/** What was measured and under which conditions: results under other conditions are not comparable. */
export interface MetricReport {
  /** By name: `fid`, `kid`, `kidDeviation`, `is`, `isDeviation`, `precision`, `recall`, `density`, `coverage`, … */
  values: Record<string, number>;
  /** Absent where statistics came from a file that does not say. */
  extractor?: ExtractorIdentity;
  /** Real pictures; 0 where a file does not say. */
  nReal: number;
  /** Generated pictures; 0 where a file does not say. */
  nFake: number;
  /** Seeds what is drawn: which pictures, which subsets. */
  seed: number;
  /** What a reader should know, as sentences. */
  warnings: string[];
}

/**
 * Checks that numbers made with two extractors may be compared.
 *
 * @throws ConfigError that says what differs.
 */
export function checkSameExtractor(
  one: ExtractorIdentity | undefined,
  other: ExtractorIdentity | undefined,
): void {
  if (one === undefined || other === undefined) return;
  const kinds = { name: "extractor", weightsHash: "weights", resize: "resize method" } as const;
  const differences = (Object.keys(kinds) as (keyof typeof kinds)[])
    .filter((key) => one[key] !== other[key])
    .map((key) => `${kinds[key]} (${one[key]} and ${other[key]})`);
  if (differences.length === 0) return;
  throw new ConfigError(
    "core",
    `what was measured with another ${differences.join(", ")} cannot be compared. Measure both in the same way.`,
  );
}

/** Sentences on sets that are too small for a metric to be trusted. */
export function warnOfSmallSets(nReal: number, nFake: number): string[] {
  const sets = [
    ["real", nReal],
    ["generated", nFake],
  ] as const;
  return sets
    .filter(([, count]) => count > 0 && count < leastPictures)
    .map(
      ([what, count]) =>
        `only ${count} ${what} pictures: under ${leastPictures.toLocaleString("en")} FID, precision and coverage depend on the number more than on the pictures; take ${usualPictures.toLocaleString("en")}.`,
    );
}
