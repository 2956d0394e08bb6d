/**
 * Writes the tables of throughput, quality and learning into the READMEs of the variants and of benchmarks/, from
 * its results:
 *
 *     pnpm --filter @gan/benchmarks readme
 */
import { existsSync, readdirSync, readFileSync, writeFileSync } from "node:fs";
import { fileURLToPath } from "node:url";
import { renderSections } from "../../tools/readme-sections.js";
import { formatDevices } from "../devices/format-devices.js";
import type { DeviceReport } from "../devices/rows.js";
import { formatLearning, type LearningRow } from "../learning/format-learning.js";
import { listQualityCases, type QualityCase } from "../quality/cases.js";
import { formatQuality } from "../quality/format-quality.js";
import { readQualityRows } from "../quality/rows.js";
import { readReport } from "../suite/report-files.js";
import { formatThroughput } from "../throughput/format-throughput.js";
import { readRows } from "../throughput/rows.js";
import { findVariants, loadBench } from "../variants/find-variants.js";
import { formatOverview, type OverviewVariant } from "./format-overview.js";

/** READMEs with such a table, and whose rows it shows. */
export const readmes: readonly { path: string; gan?: string }[] = [
  { path: "README.md" },
  { path: "benchmarks/README.md" },
  ...findVariants().map(({ name }) => ({ path: `packages/${name}/README.md`, gan: name })),
];

const qualityCases = await listQualityCases();
const variants: OverviewVariant[] = await Promise.all(
  findVariants().map(async (variant) => {
    const { steps, trainings } = await loadBench(variant);
    return { name: variant.name, step: steps[0]?.name ?? "", training: trainings[0]?.name ?? "" };
  }),
);

/** The newest full report, or else the short one. */
function findReport() {
  const files = ["full", "smoke"].map((name) =>
    fileURLToPath(fileAt(`benchmarks/results/${name}/report.json`)),
  );
  const file = files.find((one) => existsSync(one));
  return file === undefined ? undefined : readReport(file);
}

/** The repository's own README, with a line for each variant. */
const renderOverview = (text: string) =>
  renderSections(text, "benchmarks/results", {
    overview: formatOverview(variants, {
      throughput: readRows(fileAt("benchmarks/results/throughput.json")),
      quality: readQualityRows(),
      report: findReport(),
    }),
  });

/** A README of {@link readmes} with its tables made anew. */
export function renderReadme(text: string, { path, gan }: { path: string; gan?: string }): string {
  if (path === "README.md") return renderOverview(text);
  const isShown = (row: { gan: string }) => gan === undefined || row.gan === gan;
  const timed = readRows(fileAt("benchmarks/results/throughput.json")).filter(isShown);
  const measured = readQualityRows().filter((row) =>
    isShown(qualityCases.find(({ name }) => name === row.case) as QualityCase),
  );
  const file = fileAt("benchmarks/results/learning.json");
  const learned = (JSON.parse(readFileSync(file, "utf8")) as LearningRow[]).find((row) => row.gan === gan);
  return renderSections(text, "benchmarks/results", {
    throughput: timed.length === 0 ? "Not measured yet." : formatThroughput(timed),
    quality: measured.length === 0 ? "Not measured yet." : formatQuality(measured),
    // Of the variants together: its steps are the same packages' on another backend.
    ...(gan === undefined && {
      "tfjs-node": formatThroughput(readRows(fileAt("benchmarks/results/tfjs-node.json"))),
      devices: readdirSync(fileAt("benchmarks/results/devices"))
        .sort()
        .map((name) => readFileSync(fileAt(`benchmarks/results/devices/${name}`), "utf8"))
        .map((file) => formatDevices(JSON.parse(file) as DeviceReport))
        .join("\n\n"),
    }),
    ...(learned !== undefined && { learning: formatLearning(learned) }),
  });
}

/** The address of a file of the repository. */
export const fileAt = (path: string) => new URL(`../../${path}`, import.meta.url);

if (process.argv[1] === fileURLToPath(import.meta.url)) {
  for (const readme of readmes) {
    const file = fileAt(readme.path);
    writeFileSync(file, renderReadme(readFileSync(file, "utf8"), readme));
  }
}
