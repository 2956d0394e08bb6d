import type { FeatureExtractor, ImageStore } from "../src/index.js";

/** The share of a set's pictures that a classifier sees as what they are. */
export async function measureAccuracy(extractor: FeatureExtractor, set: ImageStore): Promise<number> {
  const { batchSize, classCount } = extractor;
  let right = 0;
  for (let start = 0; start < set.count; start += batchSize) {
    const indices = Array.from(
      { length: Math.min(batchSize, set.count - start) },
      (_, index) => start + index,
    );
    const { logits } = await extractor.extract(await Promise.all(indices.map((index) => set.read(index))));
    for (const [row, index] of indices.entries()) {
      const own = (logits as Float32Array).subarray(row * classCount, (row + 1) * classCount);
      if (own.indexOf(Math.max(...own)) === set.label?.(index)) right++;
    }
  }
  return right / set.count;
}
