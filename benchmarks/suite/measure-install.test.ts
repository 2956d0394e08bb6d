import { mkdirSync, mkdtempSync, rmSync, symlinkSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { expect, it } from "vitest";
import { listClosure, sumFiles } from "./measure-install.js";

it("counts a package and all that it needs once, without what only its tests need", () => {
  const root = mkdtempSync(join(tmpdir(), "gan-install-"));
  const write = (name: string, manifest: object, bytes: number) => {
    mkdirSync(join(root, "store", name, "lib"), { recursive: true });
    writeFileSync(join(root, "store", name, "package.json"), JSON.stringify(manifest));
    writeFileSync(join(root, "store", name, "lib", "index.js"), "x".repeat(bytes));
  };
  write("a", { dependencies: { b: "1", c: "1" }, devDependencies: { d: "1" } }, 100);
  write("b", { dependencies: { c: "1" } }, 50);
  write("c", {}, 7);
  write("d", {}, 1000);
  mkdirSync(join(root, "store/node_modules"));
  for (const name of ["b", "c", "d"])
    symlinkSync(join(root, "store", name), join(root, "store/node_modules", name));
  const folders = [...listClosure(join(root, "store/a"))];
  expect(folders.map((folder) => folder.at(-1))).toEqual(["a", "b", "c"]);
  const lib = folders.map((folder) => sumFiles(join(folder, "lib")));
  expect(lib).toEqual([100, 50, 7]);
  const manifest = JSON.stringify({ dependencies: { c: "1" } }).length;
  expect(sumFiles(folders[1] as string)).toBe(50 + manifest);
  rmSync(root, { recursive: true });
});
