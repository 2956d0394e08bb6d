import { existsSync, mkdirSync, mkdtempSync, renameSync, rmSync } from "node:fs";
import { join } from "node:path";
import { runProgram } from "./run-program.mjs";

/** Newer than the last that has util.isNullOrUndefined, which tfjs-node calls. */
const version = "24.21.0";

/**
 * A newer Node.js to test with, whose binary an npm package carries; from the cache where it is.
 * @param {string} cache folder
 * @returns {Promise<string>} the binary
 * @throws {import("./run-program.mjs").InstallError} when npm does not get it
 */
export async function fetchNode(cache) {
  const name = `node-${process.platform}-${process.arch}`;
  const folder = join(cache, `node-${version}`);
  const binary = join(folder, "node_modules", name, "bin", "node");
  if (existsSync(binary)) return binary;
  mkdirSync(cache, { recursive: true });
  const work = mkdtempSync(join(cache, ".fetching-"));
  try {
    const npm = ["install", "--prefix", work, "--no-save", "--no-audit", "--no-fund", "--ignore-scripts"];
    await runProgram("npm", [...npm, `${name}@${version}`], {
      what: `fetching Node.js ${version} from npm`,
      remedy: "see that npm reaches its registry",
    });
    renameSync(work, folder);
  } finally {
    rmSync(work, { recursive: true, force: true });
  }
  return binary;
}
