import { existsSync } from "node:fs";
import { createRequire } from "node:module";
import { dirname, join, resolve } from "node:path";
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
  const place = findInstalled(folder);
  if (place === undefined) {
    throw new DataError(
      "core",
      `named data sets need the package ${packageName}, which is not installed in ${folder}. Run: npm install ${packageName}`,
    );
  }
  let loaded: { datasets?: DatasetRegistry };
  let path = place;
  try {
    path = createRequire(join(place, "index.js")).resolve(packageName);
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

/** The folder from which up the package is found in `node_modules`; NODE_PATH does not count, as for `import`. */
function findInstalled(folder: string): string | undefined {
  for (let place = resolve(folder); ; place = dirname(place)) {
    if (existsSync(join(place, "node_modules", packageName))) return place;
    if (place === dirname(place)) return undefined;
  }
}
