import { existsSync } from "node:fs";
import { join } from "node:path";
import { createImageStore, type ImageStore, imageBatches, type Random } from "../src/index.js";
import { readIdxFile } from "../src/node/index.js";

/** One part of MNIST or Fashion-MNIST from a folder of its idx files, gzipped or not. */
export async function readIdxSet(folder: string, split: "train" | "test"): Promise<ImageStore> {
  const prefix = split === "train" ? "train" : "t10k";
  const find = (name: string) =>
    [name, `${name}.gz`].map((file) => join(folder, file)).find(existsSync) ?? name;
  const images = await readIdxFile(find(`${prefix}-images-idx3-ubyte`), 3);
  const labels = await readIdxFile(find(`${prefix}-labels-idx1-ubyte`), 1);
  const [count = 0, height = 0, width = 0] = images.shape;
  return createImageStore({
    name: folder,
    count,
    height,
    width,
    channels: 1,
    pixels: images.values,
    labels: labels.values,
  });
}

/** What is done to pictures while training. */
export interface TrainingChanges {
  /** Pixels by which they are moved about at most. */
  shift: number;
  /** Whether they are mirrored. */
  flip: boolean;
}

/** Batches of pictures, changed anew whenever they are seen. */
export function createTrainingData(
  set: ImageStore,
  batchSize: number,
  { shift, flip }: TrainingChanges,
  random: Random,
) {
  const { name, count, height, width, labels } = set;
  const [outerHeight, outerWidth] = [height + 2 * shift, width + 2 * shift];
  const pixels = new Uint8Array(count * outerHeight * outerWidth);
  for (let row = 0; row < count * height; row++) {
    const target = Math.floor(row / height) * outerHeight + (row % height) + shift;
    pixels.set(set.pixels.subarray(row * width, (row + 1) * width), target * outerWidth + shift);
  }
  const padded = createImageStore({
    name,
    count,
    height: outerHeight,
    width: outerWidth,
    channels: 1,
    pixels,
    ...(labels !== undefined && { labels }),
  });
  return imageBatches(padded, { batchSize, imageSize: width, crop: "random", flip, labels: true, random });
}
