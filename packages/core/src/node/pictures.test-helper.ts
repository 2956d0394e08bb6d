import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import sharp, { type Sharp } from "sharp";
import { afterAll, beforeAll } from "vitest";
import { Random } from "../random/index.js";

/** A folder for a file of tests, removed after them. */
export function useFolder(): (name?: string) => string {
  let folder = "";
  beforeAll(async () => {
    folder = await mkdtemp(join(tmpdir(), "gan-pictures-"));
  });
  afterAll(() => rm(folder, { recursive: true, force: true }));
  return (name = "") => join(folder, name);
}

/** A picture of random bytes. */
export function createNoise(width: number, height: number, channels: 1 | 3 | 4, seed = 1): Sharp {
  const random = new Random(seed);
  const pixels = Uint8Array.from({ length: width * height * channels }, () => random.integer(256));
  const image = sharp(pixels, { raw: { width, height, channels } });
  return channels === 1 ? image.toColourspace("b-w") : image;
}

/** A picture of one colour, as PNG. */
export function createPlain(width: number, height: number, background: string): Promise<Buffer> {
  return sharp({ create: { width, height, channels: 3, background } })
    .png()
    .toBuffer();
}

/** Writes a PNG of one colour. */
export async function writePlain(path: string, background: string, width = 8, height = 8): Promise<void> {
  await writeFile(path, await createPlain(width, height, background));
}
