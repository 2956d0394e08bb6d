import { join } from "node:path";
import { concat, dispose, type Tensor4D } from "@tensorflow/tfjs-core";
import { toPixelImages } from "../data/index.js";
import { writeAnimation, writeGrid, writePicture } from "../node/index.js";
import type { PictureForm } from "./generate-plan.js";

/** Pictures that are made at once. */
const batchSize = 64;

/** What is to be written, and how. */
export interface WrittenPictures extends PictureForm {
  /** Of each picture's file, without an extension. */
  names: readonly string[];
}

/**
 * Writes pictures as one grid, one animation, or a file each.
 *
 * @param out The file, or the folder.
 * @param make [count, height, width, channels] in [-1, 1], which are disposed here.
 * @returns The files.
 * @throws DataError when one cannot be written.
 */
export async function writePictures(
  { names, form, columns, framesPerSecond }: WrittenPictures,
  out: string,
  make: (first: number, count: number) => Tensor4D,
): Promise<string[]> {
  const files: string[] = [];
  const batches: Tensor4D[] = [];
  for (let first = 0; first < names.length; first += batchSize) {
    const images = make(first, Math.min(batchSize, names.length - first));
    if (form !== "files") {
      batches.push(images);
      continue;
    }
    const frames = await toPixelImages(images);
    const paths = frames.map((_, index) => join(out, `${names[first + index]}.png`));
    await Promise.all(frames.map((frame, index) => writePicture(paths[index] as string, frame)));
    files.push(...paths);
    images.dispose();
  }
  if (form === "files") return files;
  const all = concat(batches, 0);
  dispose(batches);
  if (form === "grid") await writeGrid(out, all, columns);
  else await writeAnimation(out, await toPixelImages(all), framesPerSecond);
  all.dispose();
  return [out];
}
