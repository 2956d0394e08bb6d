import { readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { readJson, root } from "../lib/workspace.mjs";
import { formatTable, renderSections } from "../readme-sections.js";
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

export const resultsFile = join(root, "tools", "install", "results.json");
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

/** Writes the root README's rows anew. */
export function writeInstallReadme(): void {
  const file = join(root, "README.md");
  const { results } = readJson(resultsFile) as { results: InstallResult[] };
  const install = describeResults(results);
  writeFileSync(file, renderSections(readFileSync(file, "utf8"), source, { install }));
}
