import type { FeatureCollection, FeatureExtractor } from "../metrics/index.js";
import { startBackend } from "../node/index.js";
import { type CollectSourceOptions, collectSource, isStatisticsFile } from "./measured-source.js";
import { createPictureBars, defaultExtractor, type MeasureFlags, openExtractor } from "./metrics-options.js";
import { parseWhole } from "./parse-whole.js";

/** Flags of commands that measure sources. */
export interface CollectFlags extends MeasureFlags {
  count?: string;
  strict?: boolean;
}

/** Where sources may come from. */
export type Opening = Pick<CollectSourceOptions, "load" | "openRun">;

/** Features of the statistics that pytorch-fid saves, which do not say that they are Inception's. */
const publishedFeatures = 2048;

/** The features of sources, with one network, which is opened only if one of them needs it. */
export async function collectSources(
  sources: readonly string[],
  flags: CollectFlags,
  opening: Opening,
): Promise<FeatureCollection[]> {
  const seed = parseWhole("--seed", flags.seed, 0);
  const count = flags.count === undefined ? undefined : parseWhole("--count", flags.count, 1);
  const bars = createPictureBars();
  const collected = new Map<number, FeatureCollection>();
  let opened: FeatureExtractor | undefined;
  const options: CollectSourceOptions = {
    ...opening,
    async extractor() {
      if (opened !== undefined) return opened;
      await startBackend(undefined, { onFault: console.error });
      // A file of statistics says which network to use, unless the user does.
      const files = [...collected.values()];
      const known = files.find(({ extractor }) => extractor !== undefined)?.extractor;
      const isPublished = files.some(({ statistics }) => statistics.size === publishedFeatures);
      const fallback = isPublished ? "inception" : defaultExtractor;
      const { extractor = known?.name ?? fallback, resize = known?.resize } = flags;
      opened = await openExtractor({ ...flags, extractor, ...(resize !== undefined && { resize }) });
      return opened;
    },
    count,
    seed,
    cache: flags.cache,
    strict: flags.strict,
    onProgress: bars.show,
  };
  try {
    const order = sources.map((_, index) => index);
    order.sort((one, other) => rank(sources[one]) - rank(sources[other])); // files first
    for (const index of order) {
      const what = sources.length === 1 ? "all" : index === 0 ? "real" : "generated";
      collected.set(index, await collectSource(sources[index] as string, what, options));
    }
    return sources.map((_, index) => collected.get(index) as FeatureCollection);
  } finally {
    bars.stop();
    opened?.dispose();
  }
}

const rank = (source: string | undefined) => (isStatisticsFile(source ?? "") ? 0 : 1);
