import { join } from "node:path";
import { fetchPackage } from "../fetch-package.mjs";

/** Newer than the last that has util.isNullOrUndefined, which tfjs-node calls. */
const version = "24.21.0";

/**
 * A newer Node.js to test with, whose binary an npm package carries; from the cache where it is.
 * @param {string} cache folder
 * @param {string} [wanted] its version
 * @returns {Promise<string>} the binary
 * @throws {import("../run-program.mjs").InstallError} when npm does not get it
 */
export async function fetchNode(cache, wanted = version) {
  const folder = await fetchPackage(cache, `node-${process.platform}-${process.arch}`, wanted);
  return join(folder, "bin", "node");
}
