import { existsSync, readFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { fileURLToPath } from "node:url";
import { DataError } from "../errors/index.js";

/** What a command line tells of the package that it is in. */
export interface OwnPackage {
  /** As its package.json has it. */
  version: string;
  /** Folder of the presets that come with it, `configs`; a package without presets has none there. */
  presetFolder: string;
}

/**
 * Reads what a {@link CliDefinition} says of its package, from the nearest package.json above a module of it.
 *
 * ```ts
 * const definition = { ...readOwnPackage(import.meta.url), name: "dcgan", … };
 * ```
 *
 * @param moduleUrl `import.meta.url` of any module of the package, built or not.
 * @throws DataError when no folder above it has a package.json.
 */
export function readOwnPackage(moduleUrl: string): OwnPackage {
  const module = fileURLToPath(moduleUrl);
  let folder = dirname(module);
  while (!existsSync(join(folder, "package.json"))) {
    const above = dirname(folder);
    if (above === folder) {
      throw new DataError(
        "core",
        `a command line belongs to a package, but no folder above ${module} has a package.json. Give import.meta.url of a module of the package.`,
      );
    }
    folder = above;
  }
  const { version } = JSON.parse(readFileSync(join(folder, "package.json"), "utf8")) as { version: string };
  return { version, presetFolder: join(folder, "configs") };
}
