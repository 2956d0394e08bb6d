import { mkdirSync, mkdtempSync, rmSync, symlinkSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { afterEach, beforeEach, expect, test } from "vitest";
import { checkImports } from "./check-imports.js";

let root: string;

beforeEach(() => {
  root = mkdtempSync(join(tmpdir(), "check-imports-"));
  write("package.json", `{ "name": "fixture", "private": true, "type": "module" }`);
  for (const name of ["backend-ort", "core", "datasets", "dcgan", "cgan", "test-kit"]) {
    const exported = { ".": { types: "./dist/index.d.ts", default: "./dist/index.js" } };
    write(
      `packages/${name}/package.json`,
      JSON.stringify({ name: `@gan/${name}`, type: "module", exports: exported }),
    );
    write(`packages/${name}/dist/index.d.ts`, "export declare const value: number;\n");
    write(`packages/${name}/dist/index.js`, "export const value = 1;\n");
    write(`packages/${name}/src/index.ts`, "export const value = 1;\n");
    mkdirSync(join(root, "node_modules", "@gan"), { recursive: true });
    symlinkSync(join(root, "packages", name), join(root, "node_modules", "@gan", name), "dir");
  }
});

afterEach(() => rmSync(root, { recursive: true, force: true }));

function write(path: string, text: string): void {
  mkdirSync(dirname(join(root, path)), { recursive: true });
  writeFileSync(join(root, path), text);
}

/** The names of the rules that one added file breaks. */
async function rulesBrokenBy(path: string, text: string): Promise<string[]> {
  write(path, text);
  const { violations } = await checkImports(root);
  return violations.map((violation) => violation.split(":")[0] ?? "");
}

test("imports from left to right and between packages the right way are allowed", async () => {
  write("packages/core/src/errors/gan-error.ts", "export const message = 1;\n");
  write(
    "packages/core/src/losses/hinge.ts",
    `import { message } from "../errors/gan-error.js";\nexport { message };\n`,
  );
  write("packages/core/src/node/files.ts", `export { readFileSync } from "node:fs";\n`);
  write(
    "packages/core/src/losses/hinge.test.ts",
    `import "node:fs";\nimport "@gan/test-kit";\nimport "../train/loop.js";\nimport "../testing/tiny.js";\n`,
  );
  write("packages/core/src/testing/tiny.ts", `import "../losses/hinge.js";\n`);
  write(
    "packages/core/src/train/loop.ts",
    `export { value } from "@gan/backend-ort";\nexport * from "../losses/hinge.js";\n`,
  );
  write("packages/dcgan/bin/gan-dcgan.js", `import "node:process";\n`);
  write(
    "packages/dcgan/src/cli.ts",
    `import "node:process";\nexport * from "@gan/core";\nexport type * from "@gan/datasets";\n`,
  );
  const { files, violations } = await checkImports(root);
  expect(violations).toEqual([]);
  expect(files).toBe(14);
});

test.each([
  [
    "core imports a variant",
    "packages/core/src/train/loop.ts",
    `import "@gan/dcgan";`,
    "core-knows-no-variant",
  ],
  [
    "core imports data sets",
    "packages/core/src/index.ts",
    `export { value } from "@gan/datasets";`,
    "core-knows-no-variant",
  ],
  [
    "core imports a variant's type",
    "packages/core/src/index.ts",
    `export type { value } from "@gan/cgan";`,
    "core-knows-no-variant",
  ],
  [
    "core imports a variant dynamically",
    "packages/core/src/index.ts",
    `export const later = import("@gan/cgan");`,
    "core-knows-no-variant",
  ],
  [
    "a variant imports another",
    "packages/dcgan/src/phases.ts",
    `import "@gan/cgan";`,
    "variants-are-strangers",
  ],
  [
    "a variant's test imports another",
    "packages/dcgan/src/phases.test.ts",
    `import "@gan/cgan";`,
    "variants-are-strangers",
  ],
  [
    "backend-ort imports core",
    "packages/backend-ort/src/index.ts",
    `import "@gan/core";`,
    "backend-ort-knows-no-gan",
  ],
  [
    "data sets import a variant",
    "packages/datasets/src/index.ts",
    `import "@gan/dcgan";`,
    "datasets-knows-no-variant",
  ],
  [
    "test-kit outside of tests",
    "packages/dcgan/src/phases.ts",
    `import "@gan/test-kit";`,
    "test-kit-is-for-tests",
  ],
  [
    "a relative path into a package",
    "packages/dcgan/src/phases.ts",
    `import "../../core/src/index.js";`,
    "other-packages-by-name",
  ],
  [
    "a folder imports from its right",
    "packages/core/src/errors/a.ts",
    `import "../nn/dense.js";`,
    "core-errors",
  ],
  [
    "a folder imports a type from its right",
    "packages/core/src/nn/a.ts",
    `import type { B } from "../train/b.js";`,
    "core-nn",
  ],
  [
    "a folder imports from its own level",
    "packages/core/src/losses/a.ts",
    `import "../optim/adam.js";`,
    "core-losses",
  ],
  [
    "a folder imports the package's index",
    "packages/core/src/train/a.ts",
    `import "../index.js";`,
    "core-train",
  ],
  [
    "a folder without a place",
    "packages/core/src/helpers/a.ts",
    `import "../errors/b.js";`,
    "core-folders-are-ordered",
  ],
  [
    "test helpers outside of tests",
    "packages/core/src/nn/a.ts",
    `import "../testing/tiny.js";`,
    "test-helpers-are-for-tests",
  ],
  ["core opens files", "packages/core/src/data/a.ts", `import "node:fs";`, "browser-safe"],
  [
    "core opens files, without the prefix",
    "packages/core/src/data/a.ts",
    `import "fs/promises";`,
    "browser-safe",
  ],
  ["a variant opens files", "packages/dcgan/src/index.ts", `import "node:path";`, "browser-safe"],
])("%s: refused", async (_, path, text, rule) => {
  write("packages/core/src/testing/tiny.ts", "export const tiny = 1;\n");
  write("packages/core/src/errors/b.ts", "export const b = 1;\n");
  write("packages/core/src/nn/dense.ts", "export const dense = 1;\n");
  write("packages/core/src/optim/adam.ts", "export const adam = 1;\n");
  write("packages/core/src/train/b.ts", "export interface B { b: 1 }\n");
  expect(await rulesBrokenBy(path, `${text}\n`)).toEqual([rule]);
});

test("a package that is not built is recognised by its name", async () => {
  rmSync(join(root, "packages/dcgan/dist"), { recursive: true });
  rmSync(join(root, "node_modules"), { recursive: true });
  expect(await rulesBrokenBy("packages/core/src/index.ts", `import "@gan/dcgan";\n`)).toEqual([
    "core-knows-no-variant",
  ]);
});
