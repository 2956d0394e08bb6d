import { existsSync, readFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { listPackages } from "../../lib/workspace.mjs";
import { repository } from "./places.js";

/** A file whose exports have a page of the API reference. */
export interface ApiEntry {
  /** Its page below `reference/api/`: `core/nn`. */
  page: string;
  /** How a program imports it: `@gan/core`. */
  specifier: string;
  file: string;
}

/** What packages give to each other and to the world, as their package.json says it. */
interface Entry {
  specifier: string;
  file: string;
  isPublished: boolean;
}

/** The source behind every export of every package. */
function listEntries(root: string): Entry[] {
  return listPackages(root).flatMap(({ name, folder, manifest }) =>
    Object.entries<{ types?: string } | string>(manifest.exports ?? {}).flatMap(([key, target]) => {
      const types = typeof target === "string" ? undefined : target.types;
      if (types === undefined) return [];
      const file = join(folder, types.replace("/dist/", "/src/").replace(/\.d\.ts$/, ".ts"));
      return existsSync(file)
        ? [{ specifier: name + key.slice(1), file, isPublished: manifest.private !== true }]
        : [];
    }),
  );
}

/** Folders that a file does nothing but hand on. */
const handedOn = /^export \* from "\.\/([\w-]+)\/index\.js";$/;

/** Names that variants hand on belong to the package that they come from, so it comes first. */
const isHandedOn = ({ file }: { file: string }) => (existsSync(join(dirname(file), "cli.ts")) ? 1 : 0);

/**
 * The pages of the API reference: one for each export of a published package, or for each folder where an export only
 * hands folders on, as core's does.
 */
export function listApiEntries(root = repository): ApiEntry[] {
  return listEntries(root)
    .filter(({ isPublished }) => isPublished)
    .sort((one, other) => isHandedOn(one) - isHandedOn(other))
    .flatMap(({ specifier, file }) => {
      const page = specifier.replace("@gan/", "");
      const lines = readFileSync(file, "utf8").trim().split("\n");
      const folders = lines.map((line) => handedOn.exec(line)?.[1]);
      if (!folders.every((folder) => folder !== undefined)) return [{ page, specifier, file }];
      return folders.map((folder) => ({
        page: `${page}/${folder}`,
        specifier,
        file: join(dirname(file), folder, "index.ts"),
      }));
    });
}

/** For TypeScript's `paths`: packages are read from their sources, so nothing needs to be built. */
export function listSourcePaths(root = repository): Record<string, string[]> {
  return Object.fromEntries(listEntries(root).map(({ specifier, file }) => [specifier, [file]]));
}
