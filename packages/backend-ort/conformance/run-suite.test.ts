import { rmSync } from "node:fs";
import { dirname, join } from "node:path";
import { fileURLToPath } from "node:url";
import { afterAll, beforeAll, expect, it } from "vitest";
import { bundleSuite } from "./bundle.js";
import { runSuite, type SuiteRun } from "./run-suite.js";

const folder = join(dirname(fileURLToPath(import.meta.url)), "fixtures");
const testFiles = [join(folder, "faults_test.js")];
const suite = { name: "fixture", version: "0.0.0", folder, testFiles, imports: testFiles };
const settings = { suite: "fixture", backend: "cpu", run: "normal", silenceLimitMillis: 3_000 } as const;

let bundle: string;
let run: SuiteRun;

beforeAll(async () => {
  bundle = await bundleSuite(suite, "cpu");
  run = await runSuite(bundle, { ...settings, filter: undefined });
}, 60_000);

afterAll(() => rmSync(dirname(bundle), { recursive: true }));

it("answers for every spec once, whatever a spec does to the process", () => {
  const outcomes = run.results.map(({ name, status }) => `${status} ${name}`);
  expect(outcomes).toEqual([
    "passed faults cpu {} passes",
    "failed faults cpu {} fails",
    "failed faults cpu {} aborts the process",
    "failed faults cpu {} exits in silence",
    "failed faults cpu {} rejects where nobody waits",
    "skipped faults cpu {} is pending",
    "passed faults cpu {} passes (2)",
    "failed faults cpu {} hangs",
    "passed faults cpu {} passes at the end",
    "passed outside its specs passes",
    "failed outside its specs (outside its specs)",
  ]);
  expect(run.specsDefined).toBe(10);
});

it("says what ended the process", () => {
  const message = (name: string): string =>
    run.results.find((result) => result.name === `faults cpu {} ${name}`)?.failures[0]?.message ?? "";
  expect(message("fails")).toBe("Expected 1 to be 2.");
  expect(message("aborts the process")).toMatch(/^the process ended early with SIGABRT during this spec/);
  expect(message("exits in silence")).toMatch(/^the process ended early with code 0 during this spec/);
  expect(message("rejects where nobody waits")).toContain("nobody waited for this");
  expect(message("hangs")).toMatch(/^no sign of life for 3 s/);
});

it("counts the kernels that ran, with their dtypes", async () => {
  const { kernels, results } = await runSuite(bundle, { ...settings, filter: "^faults .* passes$" });
  expect(results).toHaveLength(2);
  expect(kernels).toContainEqual({
    kernel: "Add",
    alias: false,
    calls: 1,
    fallback: 0,
    dtypes: { "float32,float32": { calls: 1, fallback: 0 } },
  });
});

it("refuses a bundle that lacks a test file which the package ships", async () => {
  const missing = { ...suite, testFiles: [...testFiles, join(folder, "another_test.js")] };
  await expect(bundleSuite(missing, "cpu")).rejects.toThrow(
    "fixture ships 2 test files, but 1 are not in the bundle: another_test.js",
  );
});
