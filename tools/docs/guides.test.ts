import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, beforeEach, describe, it, vi } from "vitest";
import { writeExamples } from "./lib/examples.js";

const before = process.cwd();
let folder = "";
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), "gan-guides-"));
  process.env["GAN_CACHE_FOLDER"] = folder;
  process.chdir(folder);
});
afterAll(async () => {
  process.chdir(before);
  await rm(folder, { recursive: true });
});
beforeEach(() => {
  for (const method of ["log", "warn"] as const) vi.spyOn(console, method).mockImplementation(() => {});
});

describe("every block of TypeScript in the guides runs", () => {
  it.each(writeExamples())("$name", ({ file }) => import(file));
});
