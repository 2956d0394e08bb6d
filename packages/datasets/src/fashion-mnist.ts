import { existsSync } from "node:fs";
import { DataError, type ImageStore } from "@gan/core";
import { loadIdxPictures } from "./load-idx.js";

/** Where Debian's package dataset-fashion-mnist puts the files. */
const debianFolder = "/usr/share/datasets/fashion-mnist";

/** Names of the labels, in the order of their numbers. */
const garments = [
  "t-shirt",
  "trouser",
  "pullover",
  "dress",
  "coat",
  "sandal",
  "shirt",
  "sneaker",
  "bag",
  "ankle-boot",
];

/** What a user does to get the files. */
export const fashionMnistInstall =
  "apt-get install dataset-fashion-mnist, or GAN_FASHION_MNIST=<folder of the idx files>";

/** The folder to read: the one given, else GAN_FASHION_MNIST's, else Debian's where it exists. */
export function findFashionMnist(folder?: string): string | undefined {
  const given = folder ?? process.env.GAN_FASHION_MNIST;
  if (given !== undefined && given !== "") return given;
  return existsSync(debianFolder) ? debianFolder : undefined;
}

/**
 * Fashion-MNIST (Xiao et al. 2017): 28×28 grey pictures of ten kinds of garments, 60,000 to train and
 * 10,000 to test, read from the idx files, gzipped or not, that its authors publish.
 *
 * @param folder Default: GAN_FASHION_MNIST, else the place of Debian's package.
 * @throws DataError when no folder is known, or a file is absent or damaged.
 */
export async function loadFashionMnist(
  split: "train" | "test" = "train",
  folder?: string,
): Promise<ImageStore> {
  const found = findFashionMnist(folder);
  if (found === undefined) {
    throw new DataError(
      "datasets",
      `fashion-mnist needs a folder of its idx files, and none is known. Use ${fashionMnistInstall}.`,
    );
  }
  return loadIdxPictures({
    name: "Fashion-MNIST",
    folder: found,
    split,
    labelNames: garments,
    remedy: `Use ${fashionMnistInstall}.`,
  });
}
