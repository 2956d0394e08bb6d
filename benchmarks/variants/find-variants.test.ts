import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, expect, it } from "vitest";
import { findVariant, findVariants, loadBench } from "./find-variants.js";

let packages = "";
beforeAll(() => {
  packages = mkdtempSync(join(tmpdir(), "gan-variants-"));
  const write = (name: string, exports: object, source?: string) => {
    mkdirSync(join(packages, name, "dist"), { recursive: true });
    const manifest = { name: `@gan/${name}`, type: "module", exports };
    writeFileSync(join(packages, name, "package.json"), JSON.stringify(manifest));
    if (source !== undefined) writeFileSync(join(packages, name, "dist/bench.js"), source);
  };
  const bench = { "./bench": { default: "./dist/bench.js" } };
  write("toy", bench, "export const bench = { steps: [] };");
  write("another", bench);
  write("wrong", bench, "export const benchmark = {};");
  write("shared", { ".": { default: "./dist/index.js" } });
});
afterAll(() => rmSync(packages, { recursive: true }));

it("finds what exports ./bench and nothing else", async () => {
  const found = findVariants(packages);
  expect(found.map(({ name }) => name)).toEqual(["another", "toy", "wrong"]);
  expect(await loadBench(findVariant("toy", found))).toEqual({ steps: [] });
});

it("says what is wrong", async () => {
  const found = findVariants(packages);
  expect(() => findVariant("shared", found)).toThrow("there is no variant shared. Variants: another, toy");
  await expect(loadBench(findVariant("another", found))).rejects.toThrow("@gan/another is not built: pnpm");
  await expect(loadBench(findVariant("wrong", found))).rejects.toThrow("must export `bench`");
});

it("finds only variants that are built before: devDependencies of benchmarks/package.json", () => {
  const manifest = readFileSync(new URL("../package.json", import.meta.url), "utf8");
  const { devDependencies } = JSON.parse(manifest) as { devDependencies: Record<string, string> };
  expect(Object.keys(devDependencies)).toEqual(
    expect.arrayContaining(findVariants().map(({ name }) => `@gan/${name}`)),
  );
});
