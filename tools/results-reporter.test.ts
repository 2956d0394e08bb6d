import { spawnSync } from "node:child_process";
import { existsSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { afterEach, beforeEach, expect, test } from "vitest";

let folder: string;

beforeEach(() => {
  mkdirSync(join(import.meta.dirname, ".cache"), { recursive: true }); // within reach of node_modules
  folder = mkdtempSync(join(import.meta.dirname, ".cache", "reporter-"));
  write("vitest.config.ts", `export { default } from "../../vitest.config.js";\n`);
});

afterEach(() => rmSync(folder, { recursive: true, force: true }));

const write = (file: string, text: string) => writeFileSync(join(folder, file), text);

/** Runs vitest on the folder; gives its exit code and the results file. */
function runVitest(): { status: number | null; results: unknown } {
  const vitest = join(import.meta.dirname, "..", "node_modules", "vitest", "vitest.mjs");
  const { status } = spawnSync(process.execPath, [vitest, "run"], { cwd: folder, encoding: "utf8" });
  const file = join(folder, ".test-results", "vitest.json");
  return { status, results: existsSync(file) ? JSON.parse(readFileSync(file, "utf8")) : undefined };
}

const imports = `import { beforeAll, describe, expect, test } from "vitest";\n`;

test("passed, failed and skipped tests are counted", () => {
  write(
    "a.test.ts",
    `${imports}test("a", () => {}); test.skip("b", () => {}); test.todo("c");
     describe("d", () => { test("e", () => {}); test("f", () => expect(1).toBe(2)); });`,
  );
  write("b.test.ts", `${imports}test.each([1, 2, 3])("%s", () => {});`);
  const { status, results } = runVitest();
  expect(status).toBe(1);
  const failures = ["a.test.ts > d > f: expected 1 to be 2 // Object.is equality"];
  expect(results).toEqual({ suite: "vitest", passed: 5, failed: 1, skipped: 2, failures });
});

test("results of an earlier run are gone", () => {
  mkdirSync(join(folder, ".test-results"));
  write(".test-results/removed.json", `{ "suite": "removed", "passed": 9, "failed": 0, "skipped": 0 }`);
  write("a.test.ts", `${imports}test("a", () => {});`);
  expect(runVitest()).toEqual({ status: 0, results: { suite: "vitest", passed: 1, failed: 0, skipped: 0 } });
  expect(existsSync(join(folder, ".test-results", "removed.json"))).toBe(false);
});

test.each([
  ["a file that does not load", `${imports}throw new Error("broken");`, 1],
  [
    "a hook that throws",
    `${imports}describe("d", () => { beforeAll(() => { throw new Error("broken"); }); test("a", () => {}); });`,
    1,
  ],
  ["an error outside of any test", `${imports}test("a", () => { Promise.reject(new Error("broken")); });`, 1],
  ["a process that dies, with its test", `${imports}test("a", () => { process.abort(); });`, 2],
])("%s is a failure", (_, text, failed) => {
  write("a.test.ts", text);
  const { status, results } = runVitest();
  expect(status).not.toBe(0);
  expect(results).toMatchObject({ failed });
  expect((results as { failures: string[] }).failures).not.toEqual([]);
});
