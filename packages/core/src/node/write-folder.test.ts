import { mkdtemp, readdir, readFile, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { CheckpointError } from "../errors/index.js";
import { writeFolder } from "./write-folder.js";

let root = "";
beforeEach(async () => {
  root = await mkdtemp(join(tmpdir(), "gan-folder-"));
});
afterEach(() => rm(root, { recursive: true, force: true }));

const files = new Map([
  ["a", Uint8Array.from([1, 2])],
  ["b", new Uint8Array()],
]);

describe("writeFolder", () => {
  it("leaves the complete folder and nothing beside it", async () => {
    await writeFolder(join(root, "deep", "target"), files);
    expect(await readdir(join(root, "deep"))).toEqual(["target"]);
    expect((await readdir(join(root, "deep", "target"))).sort()).toEqual(["a", "b"]);
    expect([...(await readFile(join(root, "deep", "target", "a")))]).toEqual([1, 2]);
  });

  it("says why it cannot write and leaves nothing behind", async () => {
    await writeFile(join(root, "file"), "");
    await expect(writeFolder(join(root, "file", "target"), files)).rejects.toThrow(CheckpointError);
    const broken = new Map([...files, [join("missing", "c"), Uint8Array.of(3)] as const]);
    await expect(writeFolder(join(root, "target"), broken)).rejects.toThrow(/cannot write .*target.*ENOENT/);
    expect(await readdir(root)).toEqual(["file"]);
  });

  it("does not touch a folder that exists already", async () => {
    const target = join(root, "target");
    await writeFolder(target, files);
    const others = new Map([["c", Uint8Array.of(3)]]);
    await expect(writeFolder(target, others)).rejects.toThrow(CheckpointError);
    expect((await readdir(target)).sort()).toEqual(["a", "b"]);
  });
});
