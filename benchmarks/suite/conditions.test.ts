import { execFileSync } from "node:child_process";
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, expect, it } from "vitest";
import { hasChanges } from "./conditions.js";

const folder = mkdtempSync(join(tmpdir(), "gan-changes-"));
const results = join(folder, "benchmarks", "results");
beforeAll(() => {
  mkdirSync(results, { recursive: true });
  writeFileSync(join(folder, "code.ts"), "1\n");
  const git = (...args: string[]) => execFileSync("git", args, { cwd: folder });
  git("init", "--quiet");
  git("add", ".");
  git("-c", "user.name=a", "-c", "user.email=a@b.c", "commit", "--quiet", "--message", "first");
});
afterAll(() => rmSync(folder, { recursive: true }));

it("takes new results for no change, and code for one, from any folder of the tree", () => {
  expect(hasChanges(folder)).toBe(false);
  writeFileSync(join(results, "rows.json"), "[]\n");
  expect([hasChanges(folder), hasChanges(results)]).toEqual([false, false]);
  writeFileSync(join(folder, "code.ts"), "2\n");
  expect([hasChanges(folder), hasChanges(results)]).toEqual([true, true]);
});
