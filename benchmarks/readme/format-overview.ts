import { formatTable } from "../../tools/readme-sections.js";
import type { QualityRow } from "../quality/rows.js";
import { show } from "../suite/format-report.js";
import type { BenchReport } from "../suite/rows.js";
import type { ThroughputRow } from "../throughput/rows.js";

/** What stands for a variant. */
export interface OverviewVariant {
  name: string;
  /** Its first step and its first training, by their names. */
  step: string;
  training: string;
}

/** Everything that was measured. */
export interface OverviewResults {
  throughput: readonly ThroughputRow[];
  quality: readonly QualityRow[];
  /** Of `bench`; undefined where it never ran. */
  report: BenchReport | undefined;
}

/** The figures that stand for quality, the first that all rows have. */
const figures: Readonly<Record<string, string>> = {
  fid: "FID",
  featureDistance: "feature distance",
  a2bFeatureDistance: "feature distance, A → B",
};

function median(values: readonly number[]): number {
  const sorted = values.toSorted((a, b) => a - b);
  return ((sorted[(sorted.length - 1) >> 1] as number) + (sorted[sorted.length >> 1] as number)) / 2;
}

/** Medians over seeds of both frameworks on equal images. */
function describeQuality(rows: readonly QualityRow[]): string {
  const [first] = rows;
  const key = Object.keys(figures).find((one) => rows.every((row) => one in row.figures));
  if (first === undefined || key === undefined) return "not measured yet";
  const of = (framework: string) => {
    const values = rows.filter((row) => row.framework === framework).map((row) => row.figures[key] as number);
    return values.length === 0 ? "–" : show(median(values));
  };
  return `${of("ours")} / ${of("torch")} (${figures[key]}, ${first.extractor}, ${first.images.toLocaleString("en")} images)`;
}

/** A line for each variant: throughput and memory beside PyTorch, quality at equal images, what bounds the step. */
export function formatOverview(variants: readonly OverviewVariant[], results: OverviewResults): string {
  return formatTable(
    [
      "step",
      "images/s",
      "s/kimg",
      "PyTorch / ours (quartiles)",
      "peak MB, ours / PyTorch",
      "quality, ours / PyTorch",
      "bound by",
    ],
    variants.map(({ name, step, training }) => {
      const timed = results.throughput.find((row) => row.case === step);
      const { bound } = results.report?.rows.find((row) => row.variant === name) ?? {};
      const share = timed?.sgemmShare;
      return [
        step,
        show(timed?.imagesPerSecond),
        show(timed?.secondsPerKimg),
        timed?.ratio === undefined
          ? "not measured yet"
          : `${timed.ratio.toFixed(2)} (${timed.ratioQuartiles?.map((value) => value.toFixed(2)).join(" to ")})`,
        `${show(timed?.oursPeakMb)} / ${show(timed?.peerPeakMb)}`,
        describeQuality(results.quality.filter((row) => row.case === training)),
        share === undefined ? "–" : `${bound ?? "not told"}; ${show(100 * share, 2)} % of SGEMM`,
      ];
    }),
  );
}
