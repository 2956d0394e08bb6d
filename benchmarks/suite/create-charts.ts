import type { BenchReport, BenchRow, ScalingRow } from "./rows.js";

/** A line of a chart; null where it was not measured. */
export interface Curve {
  label: string;
  values: (number | null)[];
}

/** A chart of the page. */
export interface Chart {
  title: string;
  across: string;
  up: string;
  /** Which axes are logarithmic. */
  logarithmic: "neither" | "up" | "both";
  places: number[];
  curves: Curve[];
}

/** Points of several curves on the places of all of them. */
function join(points: readonly { label: string; at: number; value: number | null | undefined }[]) {
  const places = [...new Set(points.map(({ at }) => at))].sort((a, b) => a - b);
  const labels = [...new Set(points.map(({ label }) => label))];
  const curves = labels.map((label) => ({
    label,
    values: places.map(
      (place) => points.find((point) => point.label === label && point.at === place)?.value ?? null,
    ),
  }));
  return { places, curves };
}

/** What was learned, by images or minutes: variants of one extractor share a chart. */
function chartLearning(rows: readonly BenchRow[], key: "fid" | "kid", across: "images" | "minutes"): Chart[] {
  const extractors = [...new Set(rows.flatMap(({ extractor }) => extractor ?? []))];
  return extractors.map((extractor) => {
    const shown = rows.filter((row) => row.extractor === extractor);
    const points = shown.flatMap(({ variant, curve = [] }) =>
      curve.map((point) => ({ label: variant, at: point[across], value: point[key] })),
    );
    return {
      title: `${key.toUpperCase()} by ${across} (${extractor})`,
      across: across === "images" ? "images learned from" : "minutes of training",
      up: key.toUpperCase(),
      // FID falls by two powers of ten; KID may be below zero.
      logarithmic: points.every(({ value }) => value === null || value > 0) ? "up" : "neither",
      ...join(points),
    };
  });
}

/** Steps of other batches or sides; what the model expects as curves of their own. */
function chartScaling(
  scaling: readonly ScalingRow[],
  across: "batch" | "side",
  key: "imagesPerSecond" | "peakMemoryMB",
  up: string,
): Chart {
  const other = across === "batch" ? "side" : "batch";
  const points = scaling.flatMap((row) => {
    // The size at which most was measured: the preset's.
    const all = scaling.filter(({ variant }) => variant === row.variant).map((one) => one[other]);
    const usual = all.reduce((best, one) =>
      all.filter((value) => value === one).length > all.filter((value) => value === best).length ? one : best,
    );
    if (row[other] !== usual) return [];
    const measured = { label: row.variant, at: row[across], value: row[key] };
    if (key !== "imagesPerSecond" || row.predictedMs === null) return [measured];
    const predicted = (1000 * row.batch) / row.predictedMs;
    return [measured, { label: `${row.variant}, predicted`, at: row[across], value: predicted }];
  });
  return {
    title: `${up} by ${across}`,
    across: across === "batch" ? "pictures in a step" : "side of the pictures",
    up,
    logarithmic: "both",
    ...join(points),
  };
}

/** All charts that have a curve of two places or more. */
export function createCharts({ rows, scaling }: Pick<BenchReport, "rows" | "scaling">): Chart[] {
  // Full runs measure FID at every place of a curve, short ones KID.
  const hasFid = rows.some(({ curve = [] }) => curve.some(({ fid }) => fid !== null));
  const learning = (["images", "minutes"] as const).flatMap((across) =>
    chartLearning(rows, hasFid ? "fid" : "kid", across),
  );
  const scaled = (["batch", "side"] as const).flatMap((across) => [
    chartScaling(scaling, across, "imagesPerSecond", "images/s"),
    chartScaling(scaling, across, "peakMemoryMB", "peak MB"),
  ]);
  return [...learning, ...scaled].flatMap((chart) => {
    const curves = chart.curves.filter(({ values }) => values.filter((value) => value !== null).length > 1);
    return curves.length === 0 ? [] : [{ ...chart, curves }];
  });
}
