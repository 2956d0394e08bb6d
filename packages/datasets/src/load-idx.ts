import { existsSync } from "node:fs";
import { join } from "node:path";
import { createImageStore, DataError, type ImageStore } from "@gan/core";
import { readIdxFile } from "@gan/core/node";

/** Names of the files of one part. */
const fileNames = {
  train: { images: "train-images-idx3-ubyte", labels: "train-labels-idx1-ubyte" },
  test: { images: "t10k-images-idx3-ubyte", labels: "t10k-labels-idx1-ubyte" },
};

/** A part of a set of idx files. */
export interface IdxSource {
  name: string;
  folder: string;
  split: "train" | "test";
  labelNames: readonly string[];
  /** What to do about files that are absent, a sentence. */
  remedy: string;
}

/**
 * Reads pictures and labels from idx files in a folder under the names that MNIST gave them, gzipped
 * (.gz) or not.
 *
 * @throws DataError when a file is absent or damaged, or pictures and labels do not fit together.
 */
export async function loadIdxPictures({
  name,
  folder,
  split,
  labelNames,
  remedy,
}: IdxSource): Promise<ImageStore> {
  const names = fileNames[split];
  const [images, labels] = await Promise.all([
    readIdxFile(findFile(join(folder, names.images), remedy), 3),
    readIdxFile(findFile(join(folder, names.labels), remedy), 1),
  ]);
  const [count = 0, height = 0, width = 0] = images.shape;
  return createImageStore({
    name: `${name} (${split})`,
    count,
    height,
    width,
    channels: 1,
    pixels: images.values,
    labels: labels.values,
    labelNames,
  });
}

function findFile(path: string, remedy: string): string {
  const found = [path, `${path}.gz`].find((candidate) => existsSync(candidate));
  if (found !== undefined) return found;
  throw new DataError("datasets", `${path}(.gz) does not exist. ${remedy}`);
}
