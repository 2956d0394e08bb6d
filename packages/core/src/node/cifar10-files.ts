import { readFile } from "node:fs/promises";
import { join } from "node:path";
import { cifar10ClassNames, createImageStore, type ImageStore, parseCifar10 } from "../data/index.js";
import { DataError } from "../errors/index.js";

const files = {
  train: [1, 2, 3, 4, 5].map((number) => `data_batch_${number}.bin`),
  test: ["test_batch.bin"],
};

/**
 * CIFAR-10's pictures, 32×32 in colour with labels of 10 classes: 50,000 to train, 10,000 to test.
 *
 * @param folder Holds the files of the binary version, `data_batch_1.bin` to `5` and `test_batch.bin`.
 * @throws DataError when a file is missing or damaged.
 */
export async function readCifar10(folder: string, split: "train" | "test" = "train"): Promise<ImageStore> {
  const batches = await Promise.all(
    files[split].map(async (name) => {
      const path = join(folder, name);
      const bytes = await readFile(path).catch((cause) => {
        throw new DataError(
          "core",
          `cannot read ${path}: ${(cause as Error).message}. Give the folder of CIFAR-10's binary version, cifar-10-batches-bin.`,
          { cause },
        );
      });
      return parseCifar10(bytes, path);
    }),
  );
  return createImageStore({
    name: `CIFAR-10 (${split})`,
    count: batches.reduce((sum, { count }) => sum + count, 0),
    height: 32,
    width: 32,
    channels: 3,
    pixels: Buffer.concat(batches.map(({ pixels }) => pixels)),
    labels: Buffer.concat(batches.map(({ labels }) => labels)),
    labelNames: cifar10ClassNames,
  });
}
