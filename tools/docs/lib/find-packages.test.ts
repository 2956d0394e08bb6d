import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, expect, it } from "vitest";
import { listApiEntries, listSourcePaths } from "./entry-points.js";
import { findPackages } from "./find-packages.js";
import { createSidebar } from "./menu.js";

let root = "";
function add(name: string, manifest: object, files: Record<string, string>) {
  const folder = join(root, "packages", name);
  for (const [file, text] of Object.entries({ "package.json": JSON.stringify(manifest), ...files })) {
    mkdirSync(join(folder, file, ".."), { recursive: true });
    writeFileSync(join(folder, file), text);
  }
}
const exported = (...names: string[]) =>
  Object.fromEntries(
    names.map((name) => [
      name === "index" ? "." : `./${name}`,
      { types: `./dist/${name}.d.ts`, default: "" },
    ]),
  );

beforeAll(() => {
  root = mkdtempSync(join(tmpdir(), "gan-packages-"));
  const handsOn = 'export * from "./nn/index.js";\nexport * from "./data/index.js";\n';
  add(
    "core",
    { name: "@gan/core", exports: exported("index") },
    { "README.md": "", "src/index.ts": handsOn },
  );
  const files = {
    "README.md": "",
    "src/cli.ts": "",
    "src/index.ts": "export {};",
    "src/node.ts": "export {};",
    "weights/faces-32/card.md": "",
  };
  add("sagan", { name: "@gan/sagan", bin: { "gan-sagan": "" }, exports: exported("index", "node") }, files);
  add(
    "kit",
    { name: "@gan/kit", private: true, exports: exported("index") },
    { "README.md": "", "src/index.ts": "" },
  );
});
afterAll(() => rmSync(root, { recursive: true }));

it("finds a new variant, its pages and its place in the menu by itself", () => {
  const packages = findPackages(root);
  expect(
    packages.map(({ shortName, isVariant, bin, weights }) => [shortName, isVariant, bin, weights]),
  ).toEqual([
    ["core", false, undefined, []],
    ["sagan", true, "gan-sagan", ["faces-32"]],
  ]);
  const api = listApiEntries(root);
  expect(api.map(({ page }) => page)).toEqual(["core/nn", "core/data", "sagan", "sagan/node"]);
  const menu = JSON.stringify(createSidebar({ guides: [], packages, api }));
  for (const link of [
    "/packages/sagan/",
    "/reference/cli/gan-sagan",
    "/reference/config/sagan",
    "/reference/api/sagan/node",
  ]) {
    expect(menu).toContain(`"${link}"`);
  }
});

it("reads all packages from their sources, private ones too", () => {
  const paths = listSourcePaths(root);
  expect(Object.keys(paths)).toEqual(["@gan/core", "@gan/kit", "@gan/sagan", "@gan/sagan/node"]);
  expect(paths["@gan/sagan/node"]).toEqual([join(root, "packages", "sagan", "src", "node.ts")]);
});
