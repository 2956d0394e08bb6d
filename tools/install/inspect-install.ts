import { lstatSync, readdirSync, readFileSync, realpathSync } from "node:fs";
import { join } from "node:path";
import { listLeaks } from "./leaks.js";

/** What an installation put into node_modules. */
export interface Installed {
  /** Packages, each version once. */
  packages: number;
  /** Bytes of all files, those that are linked from a store included, each once. */
  bytes: number;
  /** The packages that take most, with their bytes. */
  largest: { name: string; bytes: number }[];
  /** Versions of ours by name. */
  ours: Record<string, string[]>;
  /** What of the workspace got into ours, one sentence each. */
  leaks: string[];
}

interface Found {
  name: string;
  version: string;
  folder: string;
  bytes: number;
}

const shown = 4;

/** Looks at every package of a node_modules folder, whichever way it is laid out. */
export function inspectInstall(modules: string): Installed {
  const found = new Map<string, Found>();
  let bytes = 0;
  const seen = new Set<string>();
  /** Adds the files below a folder to the package that they belong to. */
  const visit = (folder: string, owner: Found | undefined) => {
    for (const entry of readdirSync(folder, { withFileTypes: true })) {
      const path = join(folder, entry.name);
      if (entry.isSymbolicLink()) continue; // what it leads to is visited where it lies
      if (!entry.isDirectory()) {
        const { size, ino } = lstatSync(path);
        const key = `${ino}`;
        if (seen.has(key)) continue;
        seen.add(key);
        bytes += size;
        if (owner !== undefined) owner.bytes += size;
      } else visit(path, isPackagePlace(folder, entry.name) ? readPackage(path, found) : owner);
    }
  };
  visit(realpathSync(modules), undefined);
  const all = [...found.values()];
  const ours = all.filter(({ name }) => name.startsWith("@gan/"));
  const names = [...new Set(ours.map(({ name }) => name))].sort();
  return {
    packages: all.length,
    bytes,
    largest: all
      .sort((a, b) => b.bytes - a.bytes)
      .slice(0, shown)
      .map((one) => ({ name: one.name, bytes: one.bytes })),
    ours: Object.fromEntries(
      names.map((name) => [name, ours.filter((one) => one.name === name).map(({ version }) => version)]),
    ),
    leaks: ours.flatMap(({ name, folder }) => listLeaks(folder).map((leak) => `${name}: ${leak}`)),
  };
}

/** Whether a folder's entry is a package: in node_modules, or in a scope there. */
function isPackagePlace(folder: string, name: string): boolean {
  if (name.startsWith(".") || name.startsWith("@")) return false;
  return /node_modules$/.test(folder) || /node_modules[\\/]@[^\\/]+$/.test(folder);
}

function readPackage(folder: string, found: Map<string, Found>): Found {
  const { name, version } = JSON.parse(readFileSync(join(folder, "package.json"), "utf8")) as Found;
  const key = `${name}@${version}`;
  const one = found.get(key) ?? { name, version, folder, bytes: 0 };
  found.set(key, one);
  return one;
}
