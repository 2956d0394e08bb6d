import { createRequire } from "node:module";
import { join } from "node:path";
import { pathToFileURL } from "node:url";
import { DataError } from "../errors/index.js";
import type { DatasetRegistry } from "./dataset-registry.js";

const packageName = "@gan/datasets";

/**
 * Loads the registry of `@gan/datasets`, which this package does not depend on, as the working folder
 * would import it.
 *
 * @param folder Default: the working folder.
 * @throws DataError with the command to install it when it is absent, or with its fault when it does not load.
 */
export async function loadDatasetRegistry(folder = process.cwd()): Promise<DatasetRegistry> {
  let path: string;
  try {
    path = createRequire(join(folder, "index.js")).resolve(packageName);
  } catch (cause) {
    throw new DataError(
      "core",
      `named data sets need the package ${packageName}, which is not installed in ${folder}. Run: npm install ${packageName}`,
      { cause },
    );
  }
  let loaded: { datasets?: DatasetRegistry };
  try {
    loaded = await import(pathToFileURL(path).href);
  } catch (cause) {
    throw new DataError(
      "core",
      `${packageName} does not load: ${(cause as Error).message}. Install it again.`,
      {
        cause,
      },
    );
  }
  if (loaded.datasets === undefined) {
    throw new DataError("core", `${packageName} at ${path} has no data sets. Install it again.`);
  }
  return loaded.datasets;
}
