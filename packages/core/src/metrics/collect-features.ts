import { ConfigError, DataError } from "../errors/index.js";
import type { Random } from "../random/index.js";
import type { FeatureMatrix } from "./check-features.js";
import type { ExtractorIdentity, FeatureExtractor } from "./feature-extractor.js";
import { type FeatureStatistics, StatisticsAccumulator } from "./feature-statistics.js";
import type { MatrixOptions } from "./matrix-product.js";
import { choosePlaces, type PictureSource } from "./picture-source.js";

/** What metrics need of a set of pictures. */
export interface FeatureCollection {
  /** What the set is called in messages. */
  name: string;
  /** Absent where statistics came from a file that does not say. */
  extractor?: ExtractorIdentity;
  /** Pictures; 0 where a file does not say. */
  count: number;
  /** Of all pictures. */
  statistics: FeatureStatistics;
  /** Of all pictures, or a random part of many; absent where only statistics are known. */
  features?: FeatureMatrix;
  /** As `features`, before softmax; absent where the network classifies nothing. */
  logits?: FeatureMatrix;
}

/** Options of {@link collectFeatures}. */
export interface CollectOptions extends MatrixOptions {
  /** Features that are kept at most; FID is of all pictures nevertheless. Default 50,000. */
  keep?: number | undefined;
  /** Chooses which. */
  random: Random;
  /** Hears how many pictures are done. */
  onProgress?: ((done: number, count: number) => void) | undefined;
}

/**
 * Extracts the features of any number of pictures in bounded memory: statistics of all of them, and the
 * features themselves of up to `keep`.
 *
 * @throws DataError when no picture can be read, or fewer than two.
 */
export async function collectFeatures(
  source: PictureSource,
  extractor: FeatureExtractor,
  options: CollectOptions,
): Promise<FeatureCollection> {
  const { keep = 50_000, random, onProgress } = options;
  const { featureCount, classCount, name, weightsHash, resize } = extractor;
  if (!(Number.isInteger(keep) && keep >= 1)) {
    throw new ConfigError("core", `keep must be a whole number from 1, got ${keep}.`);
  }
  const accumulator = new StatisticsAccumulator(featureCount, options);
  const kept = choosePlaces(source.count, keep, random);
  const features = new RowStore(kept.length, featureCount);
  const logits = new RowStore(classCount > 0 ? kept.length : 0, classCount);
  let done = 0;
  let next = 0; // into `kept`
  for await (const pictures of source.batches(extractor.batchSize)) {
    const extracted = await extractor.extract(pictures);
    const count = pictures.length;
    accumulator.add({ values: extracted.features, count, size: featureCount });
    for (; next < kept.length && (kept[next] as number) < done + count; next++) {
      const row = (kept[next] as number) - done;
      features.add(extracted.features, row);
      if (extracted.logits !== undefined && classCount > 0) logits.add(extracted.logits, row);
    }
    done += count;
    onProgress?.(done, source.count);
  }
  if (done === 0)
    throw new DataError("core", `none of the ${source.count} pictures of ${source.name} can be read.`);
  return {
    name: source.name,
    extractor: { name, weightsHash, resize },
    count: done,
    statistics: accumulator.compute(),
    features: features.matrix,
    ...(classCount > 0 && { logits: logits.matrix }),
  };
}

/** Rows that are added one by one. */
class RowStore {
  readonly #values: Float32Array;
  readonly #size: number;
  #count = 0;

  constructor(capacity: number, size: number) {
    this.#values = new Float32Array(capacity * size);
    this.#size = size;
  }

  add(from: Float32Array, row: number): void {
    const size = this.#size;
    this.#values.set(from.subarray(row * size, (row + 1) * size), this.#count * size);
    this.#count++;
  }

  get matrix(): FeatureMatrix {
    const values = this.#values.subarray(0, this.#count * this.#size);
    return { values, count: this.#count, size: this.#size };
  }
}
