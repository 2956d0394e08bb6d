import { existsSync, mkdirSync, mkdtempSync, renameSync, rmSync } from "node:fs";
import { join } from "node:path";
import { runProgram } from "./run-program.mjs";

/**
 * An npm package that is used as a program and is no dependency of this repository; from the cache where it is.
 * Its install scripts do not run.
 * @param {string} cache folder
 * @param {string} name of the package
 * @param {string} version exact
 * @returns {Promise<string>} the package's folder
 * @throws {import("./run-program.mjs").InstallError} when npm does not get it
 */
export async function fetchPackage(cache, name, version) {
  const folder = join(cache, `${name.replace("@", "").replace("/", "-")}-${version}`);
  const place = join(folder, "node_modules", name);
  if (existsSync(place)) return place;
  mkdirSync(cache, { recursive: true });
  const work = mkdtempSync(join(cache, ".fetching-"));
  try {
    const npm = ["install", "--prefix", work, "--no-save", "--no-audit", "--no-fund", "--ignore-scripts"];
    await runProgram("npm", [...npm, `${name}@${version}`], {
      what: `fetching ${name} ${version} from npm`,
      remedy: "see that npm reaches its registry",
    });
    renameSync(work, folder);
  } finally {
    rmSync(work, { recursive: true, force: true });
  }
  return place;
}
