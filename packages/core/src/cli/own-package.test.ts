import { mkdir, mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join, parse } from "node:path";
import { pathToFileURL } from "node:url";
import { expect, it, onTestFinished } from "vitest";
import { DataError } from "../errors/index.js";
import { readOwnPackage } from "./own-package.js";

it("reads the nearest package.json above a module, however deep that is", async () => {
  const folder = await mkdtemp(join(tmpdir(), "gan-package-"));
  onTestFinished(() => rm(folder, { recursive: true }));
  const inner = join(folder, "node_modules", "inner");
  await mkdir(join(inner, "dist", "cli"), { recursive: true });
  await writeFile(join(folder, "package.json"), '{ "version": "1.0.0" }');
  await writeFile(join(inner, "package.json"), '{ "version": "2.3.4" }');
  const read = (...path: string[]) => readOwnPackage(pathToFileURL(join(...path)).href);
  const expected = { version: "2.3.4", presetFolder: join(inner, "configs") };
  expect(read(inner, "dist", "cli.js")).toEqual(expected);
  expect(read(inner, "dist", "cli", "main.js")).toEqual(expected);
  expect(read(folder, "src", "cli.ts")).toEqual({ version: "1.0.0", presetFolder: join(folder, "configs") });
});

it("refuses a module of no package", () => {
  const lonely = pathToFileURL(join(parse(process.cwd()).root, "no-such-folder", "cli.js")).href;
  expect(() => readOwnPackage(lonely)).toThrow(DataError);
  expect(() => readOwnPackage(lonely)).toThrow(/no folder above .*cli\.js has a package\.json/);
});
