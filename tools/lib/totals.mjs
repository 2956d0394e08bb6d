import { existsSync, readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";

/**
 * @typedef {object} Counts
 * @property {number} passed
 * @property {number} failed
 * @property {number} skipped
 */
/**
 * @typedef {Counts & { name: string, failures: string[], problems: string[] }} PackageTotal
 *   failures: one line for each failed test, where its program named it
 *   problems: one sentence for each failure that no test reported; each is counted in failed
 */

/** @type {readonly (keyof Counts)[]} */
const kinds = ["passed", "failed", "skipped"];

/**
 * Reads one results file.
 * @param {string} file
 * @returns {Counts & { suite: string, failures: string[] }}
 * @throws when it is not JSON of `{suite, passed, failed, skipped}` with whole, non-negative numbers, and perhaps
 *   `failures`, a list of sentences
 */
export function readResults(file) {
  const results = JSON.parse(readFileSync(file, "utf8"));
  if (typeof results?.suite !== "string") throw new Error("suite must be a string");
  for (const kind of kinds) {
    const count = results[kind];
    if (!Number.isInteger(count) || count < 0) {
      throw new Error(`${kind} must be a whole number of 0 or more, got ${JSON.stringify(count)}`);
    }
  }
  const { failures = [] } = results;
  if (!Array.isArray(failures)) throw new Error("failures must be a list");
  return { ...results, failures };
}

/**
 * Adds up the results of one package: every file of its .test-results folder. What went wrong without a test
 * saying so (no results, an unreadable file, a failing exit code) counts as a failure each.
 * @param {{ name: string, folder: string, manifest: Record<string, any> }} of
 * @param {number | undefined} exitCode its test task's; undefined when that never ran
 * @returns {PackageTotal}
 */
export function totalOfPackage({ name, folder, manifest }, exitCode) {
  const results = join(folder, ".test-results");
  const files = existsSync(results) ? readdirSync(results).filter((file) => file.endsWith(".json")) : [];
  /** @type {PackageTotal} */
  const total = { name, passed: 0, failed: 0, skipped: 0, failures: [], problems: [] };
  for (const file of files) {
    try {
      const counts = readResults(join(results, file));
      for (const kind of kinds) total[kind] += counts[kind];
      total.failures.push(...counts.failures.map((failure) => `${name}: ${failure}`));
    } catch (error) {
      total.problems.push(`${name}: ${file} is not a results file: ${/** @type {Error} */ (error).message}`);
    }
  }
  const lacksVitest = /\bvitest\b/.test(manifest.scripts?.test) && !files.includes("vitest.json");
  if (exitCode === undefined) {
    total.problems.push(`${name}: its tests never ran, because a build or another task before them failed`);
  } else if (total.passed + total.failed + total.skipped === 0 && total.problems.length === 0) {
    total.problems.push(`${name}: its tests ended with exit code ${exitCode} and reported no counts`);
  } else if (lacksVitest) {
    total.problems.push(
      `${name}: vitest reported no counts; its vitest.config.ts must export tools/vitest.config.ts`,
    );
  } else if (exitCode !== 0 && total.failed === 0 && total.problems.length === 0) {
    total.problems.push(`${name}: its tests ended with exit code ${exitCode}, though no test failed`);
  }
  total.failed += total.problems.length;
  return total;
}

/** @param {readonly Counts[]} counts @returns {Counts} */
export function addCounts(counts) {
  const sum = { passed: 0, failed: 0, skipped: 0 };
  for (const one of counts) for (const kind of kinds) sum[kind] += one[kind];
  return sum;
}

/** The closing line: skips are named only when there are some. @param {Counts} counts */
export const closingLine = ({ passed, failed, skipped }) =>
  `${passed} passed, ${failed} failed${skipped > 0 ? `, ${skipped} skipped` : ""}`;
