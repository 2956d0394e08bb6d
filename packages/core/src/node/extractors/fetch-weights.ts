import { ConfigError } from "../../errors/index.js";
import { download } from "./download.js";
import { type KnownWeights, knownWeights, locateWeights } from "./known-weights.js";

/** Options of {@link fetchWeights}. */
export interface FetchWeightsOptions {
  /** Cache folder. Default: `$GAN_CACHE_FOLDER`, else `gan` in the user's cache folder. */
  folder?: string | undefined;
  /** Where to fetch from instead of the publisher's place; the hash must be the same. */
  url?: string | undefined;
  /** Called while bytes arrive. */
  onProgress?: ((bytes: number, total: number) => void) | undefined;
}

/** Networks whose weights {@link fetchWeights} fetches. */
export const fetchableWeights: readonly string[] = Object.keys(knownWeights);

/**
 * Fetches a network's published weights into the cache, once: nothing is sent when they are there, and what
 * was cut off goes on. Their SHA-256 is verified.
 *
 * @param name `inception`, or the backbones of LPIPS, `alex` and `vgg16`.
 * @returns The file.
 * @throws ConfigError for another name, DataError when they cannot be fetched or are others.
 */
export async function fetchWeights(name: string, options: FetchWeightsOptions = {}): Promise<string> {
  const known: KnownWeights | undefined = Object.hasOwn(knownWeights, name) ? knownWeights[name] : undefined;
  if (known === undefined) {
    throw new ConfigError(
      "core",
      `the weights to fetch must be those of ${fetchableWeights.join(", ")}, got ${name}.`,
    );
  }
  const { folder, url = known.url, onProgress } = options;
  const path = locateWeights(known, folder);
  const { hashPrefix, megabytes } = known;
  await download(url, path, { hashPrefix, maxBytes: 2 * megabytes * 1e6, onProgress });
  return path;
}
