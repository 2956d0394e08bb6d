import { formatTable } from "../../tools/readme-sections.js";
import type { QualityRow } from "../quality/rows.js";
import { show } from "../suite/format-report.js";
import type { BenchReport, BenchRow } from "../suite/rows.js";
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
  /** Trainings of several seeds. */
  quality: readonly QualityRow[];
  /** Steps beside PyTorch, for variants that the report has without it. */
  throughput: readonly ThroughputRow[];
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

/** Medians over seeds of both frameworks on equal images; where there are none, of the report's one seed. */
function describeQuality(rows: readonly QualityRow[], reported: BenchRow | undefined): string {
  const [first] = rows;
  const key = Object.keys(figures).find((one) => rows.every((row) => one in row.figures));
  if (first === undefined || key === undefined) {
    if (typeof reported?.fid !== "number") return "not measured yet";
    const { fid, extractor, images, peer } = reported;
    return `${show(fid)} / ${show(peer?.training?.fid)} (FID, ${extractor}, ${images?.toLocaleString("en")} images)`;
  }
  const of = (framework: string) => {
    const values = rows.filter((row) => row.framework === framework).map((row) => row.figures[key] as number);
    return values.length === 0 ? "–" : show(median(values));
  };
  return `${of("ours")} / ${of("torch")} (${figures[key]}, ${first.extractor}, ${first.images.toLocaleString("en")} images)`;
}

/** What a line says of a step, ours and PyTorch's of one run. */
interface ShownSpeed {
  imagesPerSecond?: number | undefined;
  secPerKimg?: number | undefined;
  ratio?: number | undefined;
  ratioQuartiles?: readonly [number, number] | undefined;
  oursMB?: number | null | undefined;
  theirsMB?: number | null | undefined;
  peakShare?: number | null | undefined;
}

const ofReport = ({ imagesPerSecond, secPerKimg, peakMemoryMB, peakShare, peer }: BenchRow): ShownSpeed => ({
  ...{ imagesPerSecond, secPerKimg, peakShare, oursMB: peakMemoryMB },
  ...{ ratio: peer?.ratio, ratioQuartiles: peer?.ratioQuartiles, theirsMB: peer?.peakMemoryMB },
});

const ofThroughput = (row: ThroughputRow): ShownSpeed => ({
  ...{ imagesPerSecond: row.imagesPerSecond, secPerKimg: row.secondsPerKimg, peakShare: row.sgemmShare },
  ...{
    ratio: row.ratio,
    ratioQuartiles: row.ratioQuartiles,
    oursMB: row.oursPeakMb,
    theirsMB: row.peerPeakMb,
  },
});

/** Throughput and memory: the report's, unless it lacks PyTorch and the other has it. */
function describeSpeed(row: BenchRow | undefined, timed: ThroughputRow | undefined): string[] {
  const useTimed = timed !== undefined && row?.peer === undefined;
  const shown = useTimed ? ofThroughput(timed) : row === undefined ? {} : ofReport(row);
  const quartiles = shown.ratioQuartiles?.map((value) => value.toFixed(2)).join(" to ");
  const share = typeof shown.peakShare === "number" ? `${show(100 * shown.peakShare, 2)} % of SGEMM` : "–";
  return [
    show(shown.imagesPerSecond),
    show(shown.secPerKimg),
    shown.ratio === undefined ? "not measured yet" : `${shown.ratio.toFixed(2)} (${quartiles})`,
    `${show(shown.oursMB)} / ${show(shown.theirsMB)}`,
    row?.bound === undefined ? share : `${row.bound}; ${share}`,
  ];
}

/** A line for each variant: throughput and memory beside PyTorch, quality at equal images, what bounds the step. */
export function formatOverview(variants: readonly OverviewVariant[], results: OverviewResults): string {
  return formatTable(
    [
      "variant, preset",
      "images/s",
      "s/kimg",
      "PyTorch / ours (quartiles)",
      "peak MB, ours / PyTorch",
      "quality, ours / PyTorch",
      "bound by",
    ],
    variants.map(({ name, step, training }) => {
      const row = results.report?.rows.find(({ variant }) => variant === name);
      const timed = results.throughput.find((one) => one.case === step);
      const [rate, seconds, ratio, memory, bound] = describeSpeed(row, timed) as [string, ...string[]];
      const measured = results.quality.filter((one) => one.case === training);
      const title = row === undefined ? name : `${name}, ${row.preset}`;
      return [title, rate, seconds, ratio, memory, describeQuality(measured, row), bound] as string[];
    }),
  );
}
