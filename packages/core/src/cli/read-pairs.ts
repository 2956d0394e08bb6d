import type { PixelImage } from "../data/index.js";
import { DataError } from "../errors/index.js";
import type { PictureSource } from "../metrics/index.js";

/**
 * The pictures of two sources side by side, in their order.
 *
 * @param metric What compares them, for the error.
 * @param size Pairs at once.
 * @throws DataError when one has more than the other.
 */
export async function* readPairs(
  metric: string,
  real: PictureSource,
  fake: PictureSource,
  size: number,
): AsyncGenerator<{ real: PixelImage[]; fake: PixelImage[] }> {
  if (real.count !== fake.count) {
    throw new DataError(
      "core",
      `${metric} compares pairs: ${real.name} and ${fake.name} must hold equally many pictures, got ${real.count} and ${fake.count}. Take --count of both or other folders.`,
    );
  }
  const others = fake.batches(size)[Symbol.asyncIterator]();
  for await (const pictures of real.batches(size)) {
    yield { real: pictures, fake: ((await others.next()).value ?? []) as PixelImage[] };
  }
}
