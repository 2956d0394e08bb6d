import { createHash } from "node:crypto";
import { join } from "node:path";
import { GanError } from "../../errors/index.js";
import {
  type CollectOptions,
  collectFeatures,
  type FeatureCollection,
  type FeatureExtractor,
  type PictureSource,
} from "../../metrics/index.js";
import { findCacheFolder } from "../cache-folder.js";
import { readStatistics, writeStatistics } from "./statistics-file.js";

/** Options of {@link collectCached}. */
export interface CollectCachedOptions extends CollectOptions {
  /** Folder of the cache; false keeps nothing. Default: `features` in the user's cache folder. */
  cache?: string | false | undefined;
  /** Hears what went wrong without ending the work, as sentences. */
  onWarning?: ((message: string) => void) | undefined;
}

/** Changed whenever features of the same pictures and network would be others. */
const version = 1;

/**
 * Extracts the features of pictures, or reads those that were extracted of the same pictures with the same
 * network and resize method before. What pictures are is told by their set's fingerprint, else by the hash
 * of them all.
 *
 * @throws DataError when pictures cannot be read; a cache that cannot be read or written only warns.
 */
export async function collectCached(
  source: PictureSource,
  extractor: FeatureExtractor,
  options: CollectCachedOptions,
): Promise<FeatureCollection> {
  const { cache = join(findCacheFolder(), "features"), onWarning = () => {}, keep } = options;
  const { name, weightsHash, resize } = extractor;
  if (cache === false) return collectFeatures(source, extractor, options);
  const content = (await source.computeFingerprint?.()) ?? (await hashPictures(source));
  const stored = keep !== undefined && keep < source.count ? [keep, options.random.state] : [];
  const key = JSON.stringify([version, content, name, weightsHash, resize, stored]);
  const digest = createHash("sha256").update(key).digest("hex");
  const path = join(cache, `${digest.slice(0, 32)}.npz`);
  const cached = await readStatistics(path).catch((error: Error) => {
    const { code } = (error.cause ?? {}) as NodeJS.ErrnoException;
    if (code !== "ENOENT") onWarning(`${error.message} The features are extracted again.`);
    return undefined;
  });
  if (cached !== undefined) return { ...cached, name: source.name };
  const collected = await collectFeatures(source, extractor, options);
  // Pictures that could not be read today may be readable tomorrow.
  if (collected.count < source.count) return collected;
  await writeStatistics(path, collected, { features: true }).catch((error: unknown) => {
    if (!GanError.isInstance(error)) throw error;
    onWarning(`${error.message} The features are extracted anew next time.`);
  });
  return collected;
}

async function hashPictures(source: PictureSource): Promise<string> {
  const digest = createHash("sha256");
  for await (const pictures of source.batches(64)) {
    for (const { height, width, channels, pixels } of pictures) {
      digest.update(JSON.stringify([height, width, channels])).update(pixels);
    }
  }
  return digest.digest("hex");
}
