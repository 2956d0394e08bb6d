import { rename } from "node:fs/promises";
import { dirname, extname } from "node:path";
import type { PixelImage } from "../data/index.js";
import { ConfigError, DataError } from "../errors/index.js";
import { loadSharp } from "./load-sharp.js";
import { makeFolder } from "./make-folder.js";

/**
 * Writes pictures of one size as the frames of an animated WebP, without loss, that plays for ever. The file appears
 * complete or not at all.
 *
 * @param framesPerSecond 1 to 50.
 * @throws ConfigError when the name does not end in .webp.
 * @throws DataError when it cannot be written.
 */
export async function writeAnimation(
  path: string,
  frames: readonly PixelImage[],
  framesPerSecond: number,
): Promise<void> {
  if (extname(path).toLowerCase() !== ".webp") {
    throw new ConfigError("core", `an animation's name must end in .webp, got ${path}.`);
  }
  const sharp = loadSharp();
  const [first] = frames as [PixelImage];
  const { width, height } = first;
  const channels = first.channels as 1 | 3 | 4;
  const size = width * height * channels;
  const pixels = new Uint8Array(size * frames.length);
  for (const [index, frame] of frames.entries()) pixels.set(frame.pixels, index * size);
  const raw = { width, height: height * frames.length, channels, pageHeight: height };
  const partial = `${path}.partial-${process.pid}.webp`;
  const delay = frames.map(() => Math.round(1000 / framesPerSecond));
  try {
    await makeFolder(dirname(path));
    await sharp(pixels, { raw, limitInputPixels: false })
      .webp({ lossless: true, loop: 0, delay })
      .toFile(partial);
    await rename(partial, path);
  } catch (cause) {
    throw new DataError("core", `cannot write ${path}: ${(cause as Error).message}.`, { cause });
  }
}
