import { formatTable } from "../../tools/readme-sections.js";
import type { QualityRow } from "./rows.js";

/** What a figure is called in a table, whether less of it is better, and its digits. */
interface Column {
  title: string;
  isLessBetter: boolean;
  digits: number;
}

const less = (title: string, digits: number): Column => ({ title, isLessBetter: true, digits });
const more = (title: string, digits: number): Column => ({ title, isLessBetter: false, digits });

/** The figures that tables show, of those that are measured, in this order. */
const columns: Readonly<Record<string, Column>> = {
  accuracy: more("recognised", 3),
  fid: less("FID", 2),
  precision: more("precision", 3),
  recall: more("recall", 3),
  coverage: more("coverage", 3),
  l1: less("L1", 4),
  ssim: more("SSIM", 3),
  featureDistance: less("feature distance", 2),
  a2bL1: less("L1, A → B", 4),
  a2bFeatureDistance: less("feature distance, A → B", 2),
  b2aL1: less("L1, B → A", 4),
  b2aFeatureDistance: less("feature distance, B → A", 2),
};

/** Middle value. */
function median(values: readonly number[]): number {
  const sorted = values.toSorted((a, b) => a - b);
  return ((sorted[(sorted.length - 1) >> 1] as number) + (sorted[sorted.length >> 1] as number)) / 2;
}

const wordsOf: Readonly<Record<string, string>> = { ours: "ours", torch: "PyTorch" };

/**
 * The medians over seeds of each case and framework, with the least and the greatest; below, which of our medians
 * are worse than all of PyTorch's seeds.
 */
export function formatQuality(rows: readonly QualityRow[]): string {
  const names = [...new Set(rows.map((row) => `${row.case}, ${row.images.toLocaleString("en")} images`))];
  return names
    .map((name) =>
      formatCase(
        name,
        rows.filter((row) => isOf(name, row)),
      ),
    )
    .join("\n\n");
}

const isOf = (name: string, row: QualityRow) =>
  name === `${row.case}, ${row.images.toLocaleString("en")} images`;

/** Median and range; of how many seeds, where it was not measured of all. */
function formatCell({ digits }: Column, values: readonly number[], seeds: number): string {
  if (values.length === 0) return "–";
  const [from, to] = [Math.min(...values), Math.max(...values)];
  const of = values.length < seeds ? `, of ${values.length}` : "";
  return `${median(values).toFixed(digits)} (${from.toFixed(digits)} to ${to.toFixed(digits)}${of})`;
}

function formatCase(name: string, rows: readonly QualityRow[]): string {
  const shown = Object.keys(columns).filter((key) => rows.some(({ figures }) => key in figures));
  const frameworks = [...new Set(rows.map(({ framework }) => framework))].sort();
  const valuesOf = (framework: string, key: string) =>
    rows
      .filter((row) => row.framework === framework && key in row.figures)
      .map(({ figures }) => figures[key] as number);
  const table = formatTable(
    [name, "seeds", ...shown.map((key) => (columns[key] as Column).title)],
    frameworks.map((framework) => {
      const seeds = rows.filter((row) => row.framework === framework).length;
      const cells = shown.map((key) => formatCell(columns[key] as Column, valuesOf(framework, key), seeds));
      return [wordsOf[framework] ?? framework, String(seeds), ...cells];
    }),
  );
  const worse = shown.filter((key) => {
    const [ours, theirs] = [valuesOf("ours", key), valuesOf("torch", key)];
    if (ours.length === 0 || theirs.length === 0) return false;
    const { isLessBetter } = columns[key] as Column;
    return isLessBetter ? median(ours) > Math.max(...theirs) : median(ours) < Math.min(...theirs);
  });
  const titles = worse.map((key) => (columns[key] as Column).title);
  const verdict =
    frameworks.length < 2
      ? ""
      : titles.length === 0
        ? "\n\nNo median of ours is worse than all of PyTorch's seeds."
        : `\n\nOur median is worse than all of PyTorch's seeds in: ${titles.join(", ")}.`;
  return `${table}${verdict}`;
}
