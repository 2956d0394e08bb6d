import { existsSync, mkdirSync, readFileSync, renameSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { formatReport } from "./format-report.js";
import { renderPage } from "./render-page.js";
import type { BenchReport } from "./rows.js";

/** @throws Error where a file is no report of this format. */
export function readReport(file: string): BenchReport {
  const report = JSON.parse(readFileSync(file, "utf8")) as BenchReport;
  if (report.format === 1) return report;
  throw new Error(`${file} is no report of bench, whose format is 1: got ${report.format}`);
}

/** Writes a report into a folder as JSON, Markdown and a page; each file appears complete or not at all. */
export function writeReport(folder: string, report: BenchReport): void {
  mkdirSync(folder, { recursive: true });
  const files = {
    "report.json": `${JSON.stringify(report, null, 2)}\n`,
    "report.md": `${formatReport(report)}\n`,
    "report.html": renderPage(report, (name) => readGrid(join(folder, "grids", name))),
  };
  for (const [name, text] of Object.entries(files)) {
    const path = join(folder, name);
    writeFileSync(`${path}.partial`, text);
    renameSync(`${path}.partial`, path);
  }
}

/** A picture as a data URL; undefined where there is none. */
const readGrid = (path: string): string | undefined =>
  existsSync(path) ? `data:image/png;base64,${readFileSync(path).toString("base64")}` : undefined;
