import { mkdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { dirname, join, relative, resolve } from "node:path";
import { bundleSuite, OUTPUT_FOLDER, PACKAGE_FOLDER } from "./bundle.js";
import { type Options, parseOptions, USAGE } from "./options.js";
import { checkPaths } from "./path-check.js";
import {
  addTotals,
  describeFailures,
  type EmptySuite,
  emptySuiteLine,
  type Section,
  summarise,
  writeReport,
} from "./report.js";
import { runSuite } from "./run-suite.js";
import { findSuite } from "./suites.js";
import { type ExpectedFailure, judge, parseExpectedFailures } from "./verdict.js";

const PACKAGES = ["@tensorflow/tfjs-core", "@tensorflow/tfjs-layers"];

/** pnpm runs a script in its package's folder, and tells where it was called. */
const CALLED_FROM = process.env.INIT_CWD ?? process.cwd();

const options = parseOptions(process.argv.slice(2));
if (options === undefined) {
  process.stdout.write(USAGE);
} else {
  process.exitCode = await conform(options);
}

/** Runs every suite that ships; returns the exit code. */
async function conform(options: Options): Promise<number> {
  const expected = options.backend === "ort" ? readExpectedFailures() : [];
  const sections: Section[] = [];
  const empty: EmptySuite[] = [];
  const folders: string[] = [];
  for (const suite of PACKAGES.map(findSuite)) {
    if (suite.testFiles.length === 0) {
      empty.push({ suite: suite.name, version: suite.version, folder: suite.folder });
      continue;
    }
    const bundle = await bundleSuite(suite, options.backend);
    folders.push(dirname(bundle));
    for (const run of options.runs) {
      const settings = { suite: suite.name, backend: options.backend, run, filter: options.filter };
      const outcome = await runSuite(bundle, settings, showProgress(`${suite.name}, ${run}`));
      const entries = expected.filter((entry) => entry.suite === suite.name && entry.runs.includes(run));
      const complete = options.filter === undefined;
      const pathFailures = options.backend === "ort" ? checkPaths(outcome, run, complete) : [];
      const results = [...outcome.results, ...pathFailures];
      const verdict = judge(results, entries, complete);
      const section = {
        ...outcome,
        results,
        suite: suite.name,
        version: suite.version,
        testFiles: suite.testFiles.length,
        run,
        verdict,
      };
      sections.push(section);
      for (const paragraph of describeFailures(section, options.verbose)) {
        console.log(paragraph);
      }
    }
  }
  const exitCode = report(options, sections, empty);
  // The stacks of failures lead into the bundle.
  for (const folder of folders) {
    if (exitCode === 0) rmSync(folder, { recursive: true });
    else console.log(`The bundle and what its processes printed: ${relative(CALLED_FROM, folder)}`);
  }
  return exitCode;
}

function readExpectedFailures(): ExpectedFailure[] {
  const path = join(PACKAGE_FOLDER, "conformance", "expected-failures.json");
  return parseExpectedFailures(JSON.parse(readFileSync(path, "utf8")));
}

/** Prints and writes what was found; returns the exit code. */
function report(options: Options, sections: readonly Section[], empty: readonly EmptySuite[]): number {
  const totals = addTotals(sections);
  const unexpected = sections.reduce(
    (sum, { verdict }) => sum + verdict.unexpected.length + verdict.stale.length,
    0,
  );
  // A look at a few specs leaves the last whole run's report as it is.
  const stem = options.filter === undefined ? options.backend : `${options.backend}-filtered`;
  const reportFile = join(OUTPUT_FOLDER, `report-${stem}.md`);
  const resultsFile = join(OUTPUT_FOLDER, `results-${stem}.json`);
  const results = {
    backend: options.backend,
    filter: options.filter ?? null,
    ...totals,
    unexpected,
    sections,
    empty,
  };
  write(reportFile, writeReport(options, sections, empty));
  for (const file of options.json === undefined
    ? [resultsFile]
    : [resultsFile, resolve(CALLED_FROM, options.json)]) {
    write(file, `${JSON.stringify(results, null, 1)}\n`);
  }
  const wholeSuite = options.filter === undefined && options.backend === "ort" && options.runs.length > 1;
  if (wholeSuite) {
    const { passed, skipped, failed } = totals;
    const summary = {
      suite: "conformance",
      passed,
      failed: unexpected,
      skipped,
      expectedFailures: failed - unexpected,
    };
    write(join(PACKAGE_FOLDER, ".test-results", "conformance.json"), `${JSON.stringify(summary)}\n`);
  }
  for (const line of [...sections.map(summarise), ...empty.map(emptySuiteLine)]) {
    console.log(line);
  }
  console.log(`Each kernel's path and the slowest specs: ${relative(CALLED_FROM, reportFile)}`);
  console.log(`${totals.passed} passed, ${totals.failed} failed`);
  const ranNothing = totals.passed + totals.failed === 0;
  if (ranNothing) {
    console.error(`No spec ran${options.filter === undefined ? "" : `: none matches ${options.filter}`}.`);
  }
  return unexpected > 0 || ranNothing ? 1 : 0;
}

function write(file: string, text: string): void {
  mkdirSync(dirname(file), { recursive: true });
  writeFileSync(file, text);
}

/** A counter that rewrites itself on a terminal; elsewhere none. */
function showProgress(label: string): ((specs: number) => void) | undefined {
  return process.stderr.isTTY
    ? (specs) => process.stderr.write(`\r${label}: ${specs} specs\u001b[K\r`)
    : undefined;
}
