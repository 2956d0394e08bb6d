import { existsSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { readJson, root } from "../lib/workspace.mjs";
import { formatTable, renderSections } from "../readme-sections.js";
import { managers } from "./managers.js";
import type { Trial } from "./try-manager.js";

/** What came of one manager on one Node.js. */
export interface InstallResult {
  manager: string;
  /** Of the manager. */
  version?: string;
  node: string;
  trial?: Trial;
  /** Why it failed. */
  failure?: string;
  /** Why there is no such program here. */
  absent?: string;
}

const resultsFile = join(root, "tools", "install", "results.json");
const source = "tools/install/results.json";

/** The README's table from results. */
export function describeResults(results: readonly InstallResult[]): string {
  const megabytes = (bytes: number) => `${Math.round(bytes / 1e6)} MB`;
  return formatTable(
    ["with", "on Node.js", "packages", "size", "of which"],
    results.map(({ manager, version = "", node, trial, absent }) => [
      `${manager} ${version}`.trim(),
      node,
      trial === undefined ? `not tried: ${absent}` : String(trial.packages),
      trial === undefined ? "" : megabytes(trial.bytes),
      trial === undefined
        ? ""
        : trial.largest.map(({ name, bytes }) => `${name} ${megabytes(bytes)}`).join(", "),
    ]),
  );
}

/** Results with those of the same manager and Node.js replaced by newer ones, in the order of `managers`. */
export function mergeResults(
  old: readonly InstallResult[],
  newer: readonly InstallResult[],
): readonly InstallResult[] {
  const key = ({ manager, node }: InstallResult) => `${node} ${manager}`;
  const merged = new Map([...old, ...newer].map((one) => [key(one), one]));
  const order = Object.keys(managers);
  return [...merged.values()].sort(
    (a, b) =>
      Number.parseInt(a.node, 10) - Number.parseInt(b.node, 10) ||
      order.indexOf(a.manager) - order.indexOf(b.manager),
  );
}

/** Puts results into the results file and the root README. */
export async function writeResults(newer: readonly InstallResult[]): Promise<void> {
  const old = existsSync(resultsFile) ? (readJson(resultsFile) as { results: InstallResult[] }).results : [];
  const results = mergeResults(old, newer);
  const text = JSON.stringify({ machine: `${process.platform}-${process.arch}`, results }, null, 2);
  writeFileSync(resultsFile, `${text}\n`);
  const file = join(root, "README.md");
  const install = describeResults(results);
  writeFileSync(file, renderSections(readFileSync(file, "utf8"), source, { install }));
}
