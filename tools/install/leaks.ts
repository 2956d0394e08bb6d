import { existsSync, readdirSync, readFileSync } from "node:fs";
import { dirname, join, relative } from "node:path";
import { root } from "../lib/workspace.mjs";

/** What package.json names a version with inside of a workspace only. */
const inside = /^(?:workspace|link|file|portal|catalog):/;
const dependencyKinds = ["dependencies", "devDependencies", "peerDependencies", "optionalDependencies"];

/** Versions of a published package.json that mean nothing outside of the workspace. */
export function listForeignVersions(manifest: Readonly<Record<string, unknown>>): string[] {
  return dependencyKinds.flatMap((kind) =>
    Object.entries((manifest[kind] ?? {}) as Record<string, string>)
      .filter(([, version]) => inside.test(version))
      .map(([name, version]) => `package.json: ${kind} has ${name} as ${version}`),
  );
}

/** Sources of a source map, or of a declaration map, that are not beside it. */
export function listAbsentSources(file: string, map: string): string[] {
  const {
    sources,
    sourcesContent = [],
    sourceRoot = "",
  } = JSON.parse(map) as {
    sources: string[];
    sourcesContent?: (string | null)[];
    sourceRoot?: string;
  };
  return sources
    .filter(
      (source, index) =>
        sourcesContent[index] == null && !existsSync(join(dirname(file), sourceRoot, source)),
    )
    .map((source) => `its source ${source} is absent`);
}

/** What of the workspace is in an installed or unpacked package, one sentence each. */
export function listLeaks(folder: string): string[] {
  const manifest = JSON.parse(readFileSync(join(folder, "package.json"), "utf8")) as Record<string, unknown>;
  const inFiles = listFiles(folder)
    .filter((file) => !file.startsWith("node_modules/") && /\.(?:[cm]?[jt]s|json|map|md)$/.test(file))
    .flatMap((file) => {
      const text = readFileSync(join(folder, file), "utf8");
      const absent = file.endsWith(".map") ? listAbsentSources(join(folder, file), text) : [];
      const mapName = /^\/\/# sourceMappingURL=(\S+)/m.exec(text)?.[1];
      const hasNoMap =
        mapName !== undefined &&
        /\.[cm]?[jt]s$/.test(file) &&
        !existsSync(join(folder, dirname(file), mapName));
      return [
        ...absent.map((problem) => `${file}: ${problem}`),
        ...(hasNoMap ? [`${file}: its map ${mapName} is absent`] : []),
        ...(text.includes(root) ? [`${file} names the folder it was built in`] : []),
      ];
    });
  return [...listForeignVersions(manifest), ...inFiles];
}

/** A folder's files, relative to it, with slashes. */
const listFiles = (folder: string): string[] =>
  readdirSync(folder, { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile())
    .map((entry) => relative(folder, join(entry.parentPath, entry.name)).replaceAll("\\", "/"));
