import { existsSync, readFileSync } from "node:fs";
import { dirname, join, resolve } from "node:path";
import { fileURLToPath } from "node:url";

/** Folders from which packages that this one does not depend on are looked for: its own, and the working folder. */
export const searchFolders = (): string[] => [dirname(fileURLToPath(import.meta.url)), process.cwd()];

/**
 * The folder of an installed package, as `import` would find it from one of some folders; NODE_PATH does not count.
 *
 * @returns undefined when it is not installed.
 */
export function findPackage(name: string, folders: readonly string[] = searchFolders()): string | undefined {
  for (const folder of folders) {
    for (let place = resolve(folder); ; place = dirname(place)) {
      const found = join(place, "node_modules", name);
      if (existsSync(join(found, "package.json"))) return found;
      if (place === dirname(place)) break;
    }
  }
  return undefined;
}

/** The version in a package's folder; undefined where its package.json cannot be read. */
export function readVersion(folder: string): string | undefined {
  try {
    const { version } = JSON.parse(readFileSync(join(folder, "package.json"), "utf8")) as {
      version?: string;
    };
    return version;
  } catch {
    return undefined;
  }
}
