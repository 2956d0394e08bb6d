import { rename } from "node:fs/promises";
import { dirname, extname } from "node:path";
import type { Tensor4D } from "@tensorflow/tfjs-core";
import type { Sharp } from "sharp";
import { composePixelGrid, type PixelImage } from "../data/index.js";
import { DataError } from "../errors/index.js";
import { loadSharp } from "./load-sharp.js";
import { makeFolder } from "./make-folder.js";

const extensions = [".png", ".webp", ".jpg", ".jpeg"];

/**
 * Writes a picture in the format that its name ends in: .png, .webp or .jpg. The file appears complete
 * or not at all; its folder is made when needed.
 *
 * @throws DataError when the name ends otherwise, the channels are not 1, 3 or 4, or it cannot be written.
 */
export async function writePicture(path: string, picture: PixelImage): Promise<void> {
  const extension = extname(path).toLowerCase();
  if (!extensions.includes(extension)) {
    throw new DataError("core", `a picture's name must end in ${extensions.join(", ")}, got ${path}.`);
  }
  const image = openRaw(picture);
  const partial = `${path}.partial-${process.pid}${extension}`;
  try {
    await makeFolder(dirname(path));
    await image.toFile(partial);
    await rename(partial, path);
  } catch (cause) {
    const reason = cause instanceof Error ? cause.message : String(cause);
    throw new DataError("core", `cannot write ${path}: ${reason}.`, { cause });
  }
}

/**
 * Encodes a picture.
 *
 * @throws DataError when the channels are not 1, 3 or 4.
 */
export async function encodePicture(picture: PixelImage, format: "png" | "webp" | "jpg"): Promise<Buffer> {
  return openRaw(picture)
    .toFormat(format === "jpg" ? "jpeg" : format)
    .toBuffer();
}

function openRaw({ width, height, channels, pixels }: PixelImage): Sharp {
  if (channels !== 1 && channels !== 3 && channels !== 4) {
    throw new DataError("core", `a picture must have 1, 3 or 4 channels, got ${channels}.`);
  }
  const image = loadSharp()(pixels, { raw: { width, height, channels }, limitInputPixels: false });
  return channels === 1 ? image.toColourspace("b-w") : image;
}

/**
 * Writes a batch of pictures as one grid.
 *
 * @param images [count, height, width, channels], float32 in [-1, 1]; stays the caller's.
 */
export async function writeGrid(path: string, images: Tensor4D, columns?: number): Promise<void> {
  const values = await images.data<"float32">();
  await writePicture(path, composePixelGrid({ shape: images.shape, values }, columns));
}
