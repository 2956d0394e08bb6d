import { mkdtemp, rm, stat, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, expect, it } from "vitest";
import { makeFolder } from "./make-folder.js";

let folder = "";
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), "gan-folder-"));
});
afterEach(() => rm(folder, { recursive: true, force: true }));

it("makes a folder and those above it, again and beside itself", async () => {
  for (let turn = 0; turn < 20; turn++) {
    const path = join(folder, `${turn}`, "a", "b", "c");
    await Promise.all(Array.from({ length: 8 }, () => makeFolder(path)));
    await makeFolder(path);
    expect((await stat(path)).isDirectory()).toBe(true);
  }
});

it("refuses a file in the way", async () => {
  await writeFile(join(folder, "file"), "");
  await expect(makeFolder(join(folder, "file"))).rejects.toThrow(/EEXIST/);
  await expect(makeFolder(join(folder, "file", "below"))).rejects.toThrow(/ENOTDIR/);
});

it.runIf(process.platform === "linux")("ends where nobody can make a folder", async () => {
  await expect(makeFolder("/proc/gan/run")).rejects.toThrow(/ENOENT|EACCES|EPERM/);
});
