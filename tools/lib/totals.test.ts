import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, expect, test } from "vitest";
import { addCounts, closingLine, totalOfPackage } from "./totals.mjs";

let folder: string;

beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), "totals-"));
  mkdirSync(join(folder, ".test-results"));
});

afterEach(() => rmSync(folder, { recursive: true, force: true }));

const write = (file: string, text: string) => writeFileSync(join(folder, ".test-results", file), text);
const total = (exitCode: number | undefined, test = "node test.mjs") =>
  totalOfPackage({ name: "@gan/x", folder, manifest: { scripts: { test } } }, exitCode);

test("the results of every program of a package are added up", () => {
  write("vitest.json", `{ "suite": "vitest", "passed": 3, "failed": 0, "skipped": 1 }`);
  write("conformance.json", `{ "suite": "conformance", "passed": 4000, "failed": 0, "skipped": 2 }`);
  write("log.txt", "not a result");
  expect(total(0)).toEqual({
    name: "@gan/x",
    passed: 4003,
    failed: 0,
    skipped: 3,
    failures: [],
    problems: [],
  });
});

test("failed tests with a failing exit code are not counted twice", () => {
  write(
    "vitest.json",
    `{ "suite": "vitest", "passed": 3, "failed": 2, "skipped": 0, "failures": ["a.test.ts > b: c"] }`,
  );
  const failures = ["@gan/x: a.test.ts > b: c"];
  expect(total(1)).toMatchObject({ passed: 3, failed: 2, failures, problems: [] });
});

test.each([
  ["no results", undefined, 0, "@gan/x: its tests ended with exit code 0 and reported no counts"],
  [
    "no tests",
    `{ "suite": "vitest", "passed": 0, "failed": 0, "skipped": 0 }`,
    0,
    "@gan/x: its tests ended with exit code 0 and reported no counts",
  ],
  [
    "a crash after the counts",
    `{ "suite": "vitest", "passed": 1, "failed": 0, "skipped": 0 }`,
    139,
    "@gan/x: its tests ended with exit code 139, though no test failed",
  ],
  [
    "never run",
    undefined,
    undefined,
    "@gan/x: its tests never ran, because a build or another task before them failed",
  ],
  ["half a file", `{ "suite": "vitest", "pas`, 1, "@gan/x: one.json is not a results file: "],
  [
    "no suite",
    `{ "passed": 1, "failed": 0, "skipped": 0 }`,
    0,
    "@gan/x: one.json is not a results file: suite must be a string",
  ],
  [
    "a count missing",
    `{ "suite": "a", "passed": 1, "failed": 0 }`,
    0,
    "@gan/x: one.json is not a results file: skipped must be a whole number of 0 or more, got undefined",
  ],
  [
    "a negative count",
    `{ "suite": "a", "passed": 1, "failed": -1, "skipped": 0 }`,
    0,
    "@gan/x: one.json is not a results file: failed must be a whole number of 0 or more, got -1",
  ],
])("%s: a failure", (_, text, exitCode, problem) => {
  if (text !== undefined) write("one.json", text);
  const { failed, problems } = total(exitCode);
  expect(failed).toBe(1);
  expect(problems).toHaveLength(1);
  expect(problems[0]).toContain(problem);
});

test("vitest without its counts is a failure, even beside another program's", () => {
  write("conformance.json", `{ "suite": "conformance", "passed": 4000, "failed": 0, "skipped": 0 }`);
  const { passed, failed, problems } = total(0, "vitest run && tsx conformance/main.ts");
  expect({ passed, failed }).toEqual({ passed: 4000, failed: 1 });
  expect(problems[0]).toContain("vitest reported no counts");
  write("vitest.json", `{ "suite": "vitest", "passed": 1, "failed": 0, "skipped": 0 }`);
  expect(total(0, "vitest run && tsx conformance/main.ts")).toMatchObject({ passed: 4001, failed: 0 });
});

test("the closing line names skips only when there are some", () => {
  const sum = addCounts([
    { passed: 1, failed: 0, skipped: 0 },
    { passed: 2, failed: 3, skipped: 0 },
  ]);
  expect(closingLine(sum)).toBe("3 passed, 3 failed");
  expect(closingLine({ ...sum, skipped: 4 })).toBe("3 passed, 3 failed, 4 skipped");
});
