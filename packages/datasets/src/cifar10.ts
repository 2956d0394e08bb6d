import { existsSync } from "node:fs";
import { join } from "node:path";
import { DataError, type ImageStore } from "@gan/core";
import { readCifar10 } from "@gan/core/node";

/** What a user does to get the files. */
export const cifar10Install =
  "GAN_CIFAR10=<folder of cifar-10-binary.tar.gz, unpacked, from https://www.cs.toronto.edu/~kriz/cifar.html>";

/** The folder to read: the one given, else GAN_CIFAR10's; also what the archive unpacks to within it. */
export function findCifar10(folder = process.env.GAN_CIFAR10): string | undefined {
  if (folder === undefined || folder === "") return undefined;
  const places = [folder, join(folder, "cifar-10-batches-bin")];
  return places.find((place) => existsSync(join(place, "test_batch.bin")));
}

/**
 * CIFAR-10 (Krizhevsky 2009): 32×32 colour pictures of ten kinds of things, 50,000 to train and 10,000
 * to test, read from the files of its binary version.
 *
 * @param folder Default: GAN_CIFAR10.
 * @throws DataError when the folder is not known, or a file is absent or damaged.
 */
export async function loadCifar10(
  split: "train" | "test" = "train",
  folder = process.env.GAN_CIFAR10,
): Promise<ImageStore> {
  const found = findCifar10(folder);
  if (found !== undefined) return readCifar10(found, split);
  throw new DataError(
    "datasets",
    `cifar10 needs a folder with test_batch.bin and its companions, ${folder ? `${folder} holds none` : "none is known"}. Use ${cifar10Install}.`,
  );
}
