import { isFloat32Call } from "./call-dtypes.js";
import type { BackendAccount, KernelCount, SpecResult } from "./events.js";
import { compareAccount } from "./kernel-counts.js";
import type { Options, RunName } from "./options.js";
import type { SuiteRun } from "./run-suite.js";
import type { Verdict } from "./verdict.js";

const SLOWEST = 20;

/** One suite in one run, with what came of it. */
export interface Section extends SuiteRun {
  readonly suite: string;
  readonly version: string;
  readonly testFiles: number;
  readonly run: RunName;
  readonly verdict: Verdict;
}

/** A package looked into that ships no tests. */
export interface EmptySuite {
  readonly suite: string;
  readonly version: string;
  readonly folder: string;
}

export interface Totals {
  readonly passed: number;
  readonly failed: number;
  readonly skipped: number;
}

export function addTotals(sections: readonly Section[]): Totals {
  const sum = (key: keyof Totals): number => sections.reduce((total, { verdict }) => total + verdict[key], 0);
  return { passed: sum("passed"), failed: sum("failed"), skipped: sum("skipped") };
}

/** One line for a section: its totals and what of them was expected. */
export function summarise({ suite, version, testFiles, run, verdict, seconds }: Section): string {
  const { passed, failed, skipped, expected, stale } = verdict;
  const notes = [
    expected.length > 0 ? `${expected.length} of the failures expected` : "",
    stale.length > 0 ? `${stale.length} of the failures are stale entries of expected-failures.json` : "",
  ].filter((note) => note !== "");
  return (
    `${suite} ${version} (${testFiles} test files), ${run}: ${passed} passed, ${failed} failed, ` +
    `${skipped} skipped in ${seconds.toFixed(1)} s${notes.map((note) => `, ${note}`).join("")}`
  );
}

export function emptySuiteLine({ suite, version }: EmptySuite): string {
  return `${suite} ${version}: its npm package ships no tests (no dist/tests.js and no *_test.js under dist)`;
}

/** The failures that make a run fail, one paragraph each; with their stacks when `verbose`. */
export function describeFailures({ verdict }: Section, verbose: boolean): string[] {
  const specs = verdict.unexpected.map((result) => describeFailure(result, verbose));
  return [...specs, ...verdict.stale.map((line) => `FAILED expected-failures.json: ${line}`)];
}

function describeFailure({ name, failures }: SpecResult, verbose: boolean): string {
  const lines = failures.flatMap(({ message, stack }) => {
    const text = message.split("\n").map((line) => `    ${line}`);
    return verbose ? [...text, ...stack.map((line) => `      ${line}`)] : text.slice(0, 1);
  });
  return [`FAILED ${name}`, ...lines].join("\n");
}

/** The whole report, as Markdown. */
export function writeReport(
  options: Options,
  sections: readonly Section[],
  empty: readonly EmptySuite[],
): string {
  const { passed, failed } = addTotals(sections);
  return [
    `# The tfjs packages' own tests on \`${options.backend}\``,
    `Node ${process.versions.node}, ${process.platform} ${process.arch}` +
      (options.filter === undefined ? "." : `; only the specs that match \`${options.filter}\`.`),
    [...sections.map(summarise), ...empty.map(emptySuiteLine)].map((line) => `- ${line}`).join("\n"),
    ...sections.flatMap((section) => writeSection(section, options)),
    `${passed} passed, ${failed} failed`,
    "",
  ].join("\n\n");
}

function writeSection(section: Section, options: Options): string[] {
  const { suite, run, verdict, results, kernels, account } = section;
  const failures = describeFailures(section, true);
  const skipped = results.filter(({ status }) => status === "skipped").map(({ name }) => `- \`${name}\``);
  const slowest = [...results].sort((one, other) => other.millis - one.millis).slice(0, SLOWEST);
  return [
    `## ${suite}, ${run}`,
    summarise(section),
    ...(failures.length > 0 ? ["### Failures", fenced(failures.join("\n\n"))] : []),
    ...(verdict.expected.length > 0
      ? [
          "### Expected failures",
          verdict.expected.map(({ result, reason }) => `- \`${result.name}\`: ${reason}`).join("\n"),
        ]
      : []),
    ...(skipped.length > 0 ? ["### Skipped by the suite itself", skipped.join("\n")] : []),
    "### Kernels",
    ...(account === undefined ? [] : [describeAccount(kernels, account)]),
    kernelTable(kernels, options.backend !== "cpu"),
    `### The ${SLOWEST} slowest specs`,
    table(
      ["ms", "spec"],
      slowest.map(({ millis, name }) => [String(millis), name]),
    ),
  ];
}

/** Calls of each kernel, the path that they took, and their inputs' dtypes. An alias shares memory and computes nothing. */
export function kernelTable(kernels: readonly KernelCount[], withPaths: boolean): string {
  const header = withPaths
    ? [
        "kernel",
        "path",
        "lowered",
        "fallback",
        "of these float32: lowered",
        "fallback",
        "inputs that fell back",
      ]
    : ["kernel", "calls", "inputs"];
  const rows = kernels.map((count) => (withPaths ? pathRow(count) : callRow(count)));
  return table(header, rows);
}

function describeAccount(kernels: readonly KernelCount[], account: BackendAccount): string {
  const differences = compareAccount(kernels, account);
  return differences.length === 0
    ? "Counted from outside; `explain()` reports the same for every kernel."
    : [
        "Counted from outside; `explain()` reports otherwise for:",
        "",
        ...differences.map((line) => `- ${line}`),
      ].join("\n");
}

function callRow({ kernel, calls, dtypes }: KernelCount): string[] {
  return [kernel, String(calls), listDtypes(dtypes, "calls")];
}

function pathRow({ kernel, alias, calls, fallback, dtypes }: KernelCount): string[] {
  if (alias) {
    return [kernel, "alias", "", "", "", "", ""];
  }
  const float32 = Object.entries(dtypes).filter(([inputs]) => isFloat32Call(inputs));
  const float32Calls = float32.reduce((sum, [, count]) => sum + count.calls, 0);
  const float32Fallback = float32.reduce((sum, [, count]) => sum + count.fallback, 0);
  const numbers = [calls - fallback, fallback, float32Calls - float32Fallback, float32Fallback];
  const path = fallback === 0 ? "lowered" : fallback === calls ? "fallback" : "both";
  return [kernel, path, ...numbers.map(String), listDtypes(dtypes, "fallback")];
}

/** `float32,float32 12; int32,int32 3`, most first. */
function listDtypes(dtypes: KernelCount["dtypes"], key: "calls" | "fallback"): string {
  return Object.entries(dtypes)
    .filter(([, count]) => count[key] > 0)
    .sort(([, one], [, other]) => other[key] - one[key])
    .map(([inputs, count]) => `${inputs || "none"} ${count[key]}`)
    .join("; ");
}

function table(header: readonly string[], rows: readonly (readonly string[])[]): string {
  const line = (cells: readonly string[]): string =>
    `| ${cells.map((cell) => cell.replaceAll("|", "\\|").replaceAll("\n", " ")).join(" | ")} |`;
  return [line(header), line(header.map(() => "---")), ...rows.map(line)].join("\n");
}

function fenced(text: string): string {
  return `\`\`\`\`text\n${text}\n\`\`\`\``;
}
