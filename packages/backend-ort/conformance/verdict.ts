import type { SpecResult } from "./events.js";
import { RUNS, type RunName } from "./options.js";

/** More than these would mean that the backend is not a tfjs backend with exceptions but another thing. */
export const EXPECTED_FAILURE_LIMIT = 10;

/** A spec that is known to fail, with the reason why that is accepted. */
export interface ExpectedFailure {
  readonly suite: string;
  /** The spec's full name, as the report prints it. */
  readonly name: string;
  readonly runs: readonly RunName[];
  readonly reason: string;
}

export interface Verdict {
  readonly passed: number;
  /** Every spec that failed, expected or not, and every stale entry of the list. */
  readonly failed: number;
  readonly skipped: number;
  readonly unexpected: readonly SpecResult[];
  readonly expected: readonly { readonly result: SpecResult; readonly reason: string }[];
  /** What is wrong with the list of expected failures itself. */
  readonly stale: readonly string[];
}

/**
 * Checks the contents of expected-failures.json.
 *
 * @throws Error when it is not an array of at most ten complete, distinct entries
 */
export function parseExpectedFailures(contents: unknown): ExpectedFailure[] {
  if (!Array.isArray(contents)) {
    throw new Error("expected-failures.json must hold an array of {suite, name, runs, reason}");
  }
  if (contents.length > EXPECTED_FAILURE_LIMIT) {
    throw new Error(
      `expected-failures.json may hold ${EXPECTED_FAILURE_LIMIT} entries, but holds ${contents.length}; ` +
        "repair the backend instead of adding to the list",
    );
  }
  const seen = new Set<string>();
  return contents.map((entry: Partial<ExpectedFailure> | null, index) => {
    const { suite, name, runs, reason } = entry ?? {};
    const complete = [suite, name, reason].every((text) => typeof text === "string" && text.trim() !== "");
    const knownRuns = Array.isArray(runs) && runs.length > 0 && runs.every((run) => RUNS.includes(run));
    if (!complete || !knownRuns) {
      throw new Error(
        `expected-failures.json entry ${index} needs suite, name and reason as text and runs out of ` +
          `${RUNS.join(", ")}, but is ${JSON.stringify(entry)}`,
      );
    }
    const key = `${suite} ${name}`;
    if (seen.has(key)) {
      throw new Error(`expected-failures.json names "${key}" twice; keep one entry with both runs`);
    }
    seen.add(key);
    return entry as ExpectedFailure;
  });
}

/**
 * Compares a run's results with the failures that were expected of it.
 *
 * @param results of one suite in one run, with each name once
 * @param expected the entries for this suite and run
 * @param complete false when only some specs were run: an entry whose spec is not among them is then no fault
 */
export function judge(
  results: readonly SpecResult[],
  expected: readonly ExpectedFailure[],
  complete: boolean,
): Verdict {
  const byName = new Map(results.map((result) => [result.name, result]));
  const reasons = new Map(expected.map(({ name, reason }) => [name, reason]));
  const failures = results.filter(({ status }) => status === "failed");
  const stale = expected.flatMap(({ name }) => {
    const status = byName.get(name)?.status;
    if (status === undefined) {
      return complete ? [`"${name}" is expected to fail, but no such spec exists; remove the entry`] : [];
    }
    return status === "failed" ? [] : [`"${name}" is expected to fail, but ${status}; remove the entry`];
  });
  return {
    passed: results.filter(({ status }) => status === "passed").length,
    failed: failures.length + stale.length,
    skipped: results.filter(({ status }) => status === "skipped").length,
    unexpected: failures.filter(({ name }) => !reasons.has(name)),
    expected: failures.flatMap((result) => {
      const reason = reasons.get(result.name);
      return reason === undefined ? [] : [{ result, reason }];
    }),
    stale,
  };
}
