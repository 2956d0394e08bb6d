import { mkdirSync, rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import type { SerializedError } from "vitest";
import type { Reporter, TestModule, TestRunEndReason, Vitest } from "vitest/node";

/** Counts of one test program, as in every `.test-results/*.json`. */
export interface Results {
  suite: string;
  passed: number;
  failed: number;
  skipped: number;
  /** One line for each failed test: its file, its name and the first line of its error. */
  failures?: string[];
}

/**
 * Writes the counts of a vitest run to `.test-results/vitest.json` in the package's folder. That folder is
 * emptied first: a package whose `test` script runs further programs starts vitest before them.
 */
export class ResultsReporter implements Reporter {
  #folder = ".test-results";

  onInit(vitest: Vitest): void {
    this.#folder = join(vitest.config.root, ".test-results");
    rmSync(this.#folder, { recursive: true, force: true });
  }

  onTestRunEnd(
    modules: readonly TestModule[],
    unhandled: readonly SerializedError[],
    reason: TestRunEndReason,
  ): void {
    const results = countResults(modules, unhandled.length);
    if (reason !== "passed" && results.failed === 0) results.failed = 1;
    if (results.failed > 0) results.failures = describeFailures(modules, unhandled);
    mkdirSync(this.#folder, { recursive: true });
    writeFileSync(join(this.#folder, "vitest.json"), `${JSON.stringify(results)}\n`);
  }
}

/**
 * Counts tests. A test that never ended, a file that does not load, a hook that throws outside of any test
 * and an unhandled error are failures too: one each.
 */
export function countResults(modules: readonly TestModule[], unhandledErrors: number): Results {
  const results: Results = { suite: "vitest", passed: 0, failed: unhandledErrors, skipped: 0 };
  for (const module of modules) {
    if (module.errors().length > 0) results.failed += 1;
    for (const suite of module.children.allSuites()) if (suite.errors().length > 0) results.failed += 1;
    for (const test of module.children.allTests()) {
      const { state } = test.result();
      results[state === "pending" ? "failed" : state] += 1;
    }
  }
  return results;
}

function describeFailures(modules: readonly TestModule[], unhandled: readonly SerializedError[]): string[] {
  const line = (where: string, errors: readonly { message: string }[]) =>
    `${where}: ${errors[0]?.message.split("\n")[0] ?? "did not end"}`;
  const failures = unhandled.map((error) => line("outside of any test", [error]));
  for (const module of modules) {
    const file = module.relativeModuleId;
    if (module.errors().length > 0) failures.push(line(file, module.errors()));
    for (const suite of module.children.allSuites()) {
      if (suite.errors().length > 0) failures.push(line(`${file} > ${suite.fullName}`, suite.errors()));
    }
    for (const test of module.children.allTests()) {
      const { state, errors } = test.result();
      if (state === "failed" || state === "pending") {
        failures.push(line(`${file} > ${test.fullName}`, errors ?? []));
      }
    }
  }
  return failures;
}
