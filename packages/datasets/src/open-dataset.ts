import { DataError, type ImageStore } from "@gan/core";
import { loadMnist } from "./mnist.js";

const loaders = {
  mnist: () => loadMnist("train"),
  "mnist-test": () => loadMnist("test"),
} satisfies Record<string, () => Promise<ImageStore>>;

/** The names that {@link openDataset} knows. */
export const datasetNames: readonly string[] = Object.keys(loaders);

/**
 * Loads a data set by name.
 *
 * @throws DataError when the name is unknown, or the set cannot be read.
 */
export async function openDataset(name: string): Promise<ImageStore> {
  const load = Object.hasOwn(loaders, name) ? loaders[name as keyof typeof loaders] : undefined;
  if (load === undefined) {
    throw new DataError(
      "datasets",
      `there is no data set named ${name}. Use one of: ${datasetNames.join(", ")}.`,
    );
  }
  return load();
}
