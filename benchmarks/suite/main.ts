/** Trains, times and compares every variant: see `usage` of options.ts. */
import { existsSync, mkdirSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { findVariants } from "../variants/find-variants.js";
import { compareReports, formatChanges } from "./compare.js";
import { readConditions } from "./conditions.js";
import { formatReport } from "./format-report.js";
import { findKept } from "./kept-rows.js";
import { measureServices } from "./measure-services.js";
import { findPeers } from "./measure-speed.js";
import { measureVariant } from "./measure-variant.js";
import { parseOptions, type SuiteOptions, usage } from "./options.js";
import { readReport, writeReport } from "./report-files.js";
import type { BenchReport } from "./rows.js";

/** Minutes and seconds, 3:07. */
function formatElapsed(milliseconds: number): string {
  const seconds = Math.floor(milliseconds / 1000);
  return `${Math.floor(seconds / 60)}:${String(seconds % 60).padStart(2, "0")}`;
}

async function run(options: SuiteOptions): Promise<BenchReport> {
  const { isFull, out, parts, variants, seed, threads } = options;
  const start = performance.now();
  const log = (text: string) => console.error(`${formatElapsed(performance.now() - start)} ${text}`);
  const peers = findPeers(options.peers, options.compiles && isFull);
  const conditions = await readConditions(threads);
  const { commit, startedAt, peaks } = conditions;
  const file = join(out, "report.json");
  const found = existsSync(file) ? readReport(file) : undefined;
  const kept = findKept(found, options, conditions, findVariants().length);
  // Runs of another commit are other runs; a short run starts anew, so that its times are its own.
  const id = isFull ? commit.slice(0, 12) : startedAt.replace(/\D/g, "").slice(0, 14);
  const work = options.work ?? join(tmpdir(), `gan-bench-${id}-${seed}`);
  mkdirSync(work, { recursive: true });
  const report: BenchReport = {
    format: 1,
    isSmoke: !isFull,
    conditions,
    minutes: kept?.minutes ?? 0,
    rows: kept?.rows ?? [],
    services: kept?.services ?? [],
    scaling: kept?.scaling ?? [],
  };
  const before = report.minutes;
  const save = () => {
    report.minutes = before + (performance.now() - start) / 60_000;
    writeReport(out, report);
  };
  for (const variant of variants) {
    if (report.rows.some((row) => row.variant === variant)) {
      log(`${variant}: measured before, by the same commit`);
      continue;
    }
    const measured = await measureVariant(variant, { ...options, work, peers, peaks, commit, log });
    report.rows.push(...measured.rows);
    report.scaling.push(...measured.scaling);
    save();
  }
  if (parts.includes("services")) {
    report.services = await measureServices(work, options, log);
    save();
  }
  return report;
}

const options = parseOptions(process.argv.slice(2));
if (options === undefined) console.log(usage);
else {
  // Read first: the report may replace it.
  const old = options.compare === undefined ? undefined : readReport(options.compare);
  const report = await run(options);
  console.log(options.isJson ? JSON.stringify(report, null, 2) : formatReport(report));
  console.error(`\n${join(options.out, "report.html")} has plots and pictures.`);
  const changes = old === undefined ? [] : compareReports(old, report);
  if (old !== undefined) console.error(`\n${formatChanges(changes)}`);
  const hasProblem = report.rows.some(({ problem }) => problem !== undefined);
  process.exitCode = hasProblem || changes.some(({ isRegression }) => isRegression) ? 1 : 0;
}
