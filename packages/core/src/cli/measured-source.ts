import { access } from "node:fs/promises";
import { join } from "node:path";
import { multiplyDoubles } from "@gan/backend-ort";
import { ConfigError } from "../errors/index.js";
import {
  createPictureSource,
  type FeatureCollection,
  type FeatureExtractor,
  type PictureSource,
} from "../metrics/index.js";
import { collectCached, readStatistics } from "../node/index.js";
import { Random } from "../random/index.js";
import { openSource, partsOf } from "./data-source.js";
import type { DatasetRegistry } from "./dataset-registry.js";

/** Gives pictures that a run's model makes. */
export type OpenRun = (folder: string, count: number, seed: number) => Promise<PictureSource>;

/** How {@link collectSource} works. */
export interface CollectSourceOptions {
  /** Loads the named data sets. */
  load(): Promise<DatasetRegistry>;
  /** Absent where no variant is known. */
  openRun?: OpenRun | undefined;
  /** Opens the network when it is first needed. */
  extractor(): Promise<FeatureExtractor>;
  /** Takes so many pictures instead of all; of a run 10,000 by default. */
  count?: number | undefined;
  seed: number;
  cache: boolean;
  strict?: boolean | undefined;
  onProgress(what: string, done: number, count: number): void;
}

/** Whether a name is that of a file of statistics. */
export const isStatisticsFile = (source: string) => source.toLowerCase().endsWith(".npz");

/** Whether a folder is that of a training run. */
const isRunFolder = (folder: string) =>
  access(join(folder, "checkpoints")).then(
    () => true,
    () => false,
  );

/**
 * The features of what a user names: a file of statistics, a run, a data set, a folder of pictures or a
 * pack.
 *
 * @param what `real` or `generated`, for the bar.
 */
export async function collectSource(
  source: string,
  what: string,
  options: CollectSourceOptions,
): Promise<FeatureCollection> {
  const { count, seed, cache } = options;
  if (isStatisticsFile(source)) return readStatistics(source);
  const opened = await openPictures(source, options);
  try {
    return await collectCached(opened.pictures, await options.extractor(), {
      multiply: multiplyDoubles,
      random: new Random(seed).fork(`kept-${count ?? "all"}`),
      cache: cache && opened.isKept ? undefined : false,
      onWarning: console.error,
      onProgress: (done, all) => options.onProgress(what, done, all),
    });
  } finally {
    await opened.close();
  }
}

/** Opens pictures that a user names, to be closed after use. `isKept` says whether features may be cached. */
export async function openPictures(
  source: string,
  {
    load,
    openRun,
    count,
    seed,
    strict,
  }: Pick<CollectSourceOptions, "load" | "openRun" | "count" | "seed" | "strict">,
): Promise<{ pictures: PictureSource; isKept: boolean; close(): Promise<void> }> {
  if (await isRunFolder(source)) {
    if (openRun === undefined) {
      throw new ConfigError(
        "core",
        `${source} is a training run, whose pictures only its own command can make: gan-<variant> metrics, or gan-<variant> evaluate --from ${source}.`,
      );
    }
    return { pictures: await openRun(source, count ?? 10_000, seed), isKept: false, close: async () => {} };
  }
  const { opened, close } = await openSource(source, load, {});
  const [part, ...others] = partsOf(opened);
  if (part === undefined || others.length > 0) {
    await close();
    throw new ConfigError(
      "core",
      `${source} is a set of ${opened.kind}: it has no one set of pictures to measure. Give a folder, or prepare one part of it.`,
    );
  }
  const pictures = createPictureSource(part.set, {
    limit: count,
    random: new Random(seed).fork("choice"),
    strict,
    onSkip: (reason) => console.error(`left out: ${reason}`),
  });
  return { pictures, isKept: true, close };
}
