import { existsSync } from "node:fs";
import { DataError } from "../../errors/index.js";
import { type KnownWeights, knownWeights, locateWeights } from "./known-weights.js";
import { type ReadWeights, readPublishedWeights } from "./read-weights.js";

/**
 * Reads a known network's weights: those that were fetched, which must be the published ones, or a file of
 * the caller's own, which its hash will name.
 *
 * @param given The caller's file.
 * @param isNeeded Which tensors to read. Default: all.
 * @throws DataError when the weights are absent, with the command that fetches them, or damaged.
 */
export async function readKnownWeights(
  name: string,
  given: string | undefined,
  isNeeded?: (name: string) => boolean,
): Promise<ReadWeights & { path: string }> {
  const known = knownWeights[name] as KnownWeights;
  const path = given ?? locateWeights(known);
  if (given === undefined && !existsSync(path)) {
    throw new DataError(
      "core",
      `${name} needs its published weights, ${known.megabytes} MB, which are not at ${path}. Run once: gan metrics fetch ${name}; or give ${known.file} by its path.`,
    );
  }
  const read = await readPublishedWeights(path, isNeeded);
  if (given === undefined && !read.hash.startsWith(known.hashPrefix)) {
    throw new DataError(
      "core",
      `${path} is damaged: its SHA-256 must begin with ${known.hashPrefix}, got ${read.hash.slice(0, 16)}…. Run: gan metrics fetch ${name}`,
    );
  }
  return { ...read, path };
}
