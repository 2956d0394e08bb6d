import { existsSync, readdirSync, readFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { fileURLToPath } from "node:url";

/**
 * @typedef {object} Package
 * @property {string} name as in package.json
 * @property {string} folder absolute
 * @property {Record<string, any>} manifest package.json
 */

/** The repository's root folder, absolute. */
export const root = dirname(dirname(dirname(fileURLToPath(import.meta.url))));

/** @param {string} file @returns {Record<string, any>} */
export const readJson = (file) => JSON.parse(readFileSync(file, "utf8"));

/** Packages besides those in packages/. */
const others = ["tools", "tools/docs", "tools/browser-example", "benchmarks"];

/**
 * Every package of the workspace: each folder of packages/, then tools, the documentation, the page and benchmarks.
 * @param {string} [at] the workspace's root folder
 * @returns {Package[]} sorted by folder
 */
export function listPackages(at = root) {
  const inside = existsSync(join(at, "packages")) ? readdirSync(join(at, "packages")).sort() : [];
  return [...inside.map((name) => join(at, "packages", name)), ...others.map((name) => join(at, name))]
    .filter((folder) => existsSync(join(folder, "package.json")))
    .map((folder) => {
      const manifest = readJson(join(folder, "package.json"));
      return { name: manifest.name, folder, manifest };
    });
}

/** The environment for this workspace's tools: its own binaries first in PATH, nothing phoned home. */
export function toolEnvironment() {
  const pathName = Object.keys(process.env).find((name) => name.toUpperCase() === "PATH") ?? "PATH";
  const separator = process.platform === "win32" ? ";" : ":";
  return {
    ...process.env,
    [pathName]: join(root, "node_modules", ".bin") + separator + (process.env[pathName] ?? ""),
    TURBO_TELEMETRY_DISABLED: "1",
    TURBO_NO_UPDATE_NOTIFIER: "1",
  };
}
