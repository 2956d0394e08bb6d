import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, expect, test } from "vitest";
import { installFingerprint, isInstalled } from "./install.mjs";

let root: string;

beforeEach(() => {
  root = mkdtempSync(join(tmpdir(), "install-"));
  for (const folder of ["node_modules/.pnpm", "packages/a/node_modules"])
    mkdirSync(join(root, folder), { recursive: true });
  write("package.json", "{}");
  write("pnpm-lock.yaml", "a: 1");
  write("node_modules/.pnpm/lock.yaml", "a: 1");
  write("packages/a/package.json", `{ "name": "a", "dependencies": { "b": "1.0.0" } }`);
  write("node_modules/.installed-fingerprint", installFingerprint(root));
});

afterEach(() => rmSync(root, { recursive: true, force: true }));

const write = (file: string, text: string) => writeFileSync(join(root, file), text);

test("nothing changed: installed", () => {
  expect(isInstalled(root)).toBe(true);
});

test.each([
  ["the lockfile changed", () => write("pnpm-lock.yaml", "a: 2")],
  ["a dependency was added", () => write("packages/a/package.json", `{ "dependencies": { "c": "1.0.0" } }`)],
  ["pnpm installed something else since", () => write("node_modules/.pnpm/lock.yaml", "a: 2")],
  [
    "a package's modules were removed",
    () => rmSync(join(root, "packages/a/node_modules"), { recursive: true }),
  ],
  ["all modules were removed", () => rmSync(join(root, "node_modules"), { recursive: true })],
])("%s: not installed", (_, change) => {
  change();
  expect(isInstalled(root)).toBe(false);
});

test("a new package: not installed", () => {
  mkdirSync(join(root, "packages/b"));
  write("packages/b/package.json", `{ "name": "b" }`);
  expect(isInstalled(root)).toBe(false);
});
