import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import sharp from "sharp";
import { afterAll } from "vitest";

/** A temporary folder that is gone after the file's tests. */
export function createTemporaryFolder(): string {
  const folder = mkdtempSync(join(tmpdir(), "datasets-"));
  afterAll(() => rmSync(folder, { recursive: true, force: true }));
  return folder;
}

/** Writes files, given by path and content, into a folder. */
export function writeFiles(folder: string, files: Record<string, string | Uint8Array>): void {
  for (const [path, content] of Object.entries(files)) {
    mkdirSync(dirname(join(folder, path)), { recursive: true });
    writeFileSync(join(folder, path), content);
  }
}

/** A `package.json` as npm leaves it. */
export const manifest = (name: string, version = "1.2.3", main = "index.js") =>
  JSON.stringify({ name, version, main, type: "module" });

/** A picture with a transparent left half and a right half of one colour. */
export async function createHalfTransparent(colour: string, format: "png" | "webp" = "png"): Promise<Buffer> {
  const half = { create: { width: 2, height: 4, channels: 4 as const, background: colour } };
  const image = sharp(half).extend({ left: 2, background: { r: 0, g: 0, b: 0, alpha: 0 } });
  return format === "png" ? image.png().toBuffer() : image.webp({ lossless: true }).toBuffer();
}
