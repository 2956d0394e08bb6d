import type { ImageSet, PixelImage } from "../data/index.js";
import { GanError } from "../errors/index.js";
import type { Random } from "../random/index.js";

/** Pictures to measure, read once, a few at a time. */
export interface PictureSource {
  /** What to call them in messages. */
  readonly name: string;
  /** Pictures at most: fewer come where some cannot be read. */
  readonly count: number;
  /**
   * The pictures in a fixed order.
   *
   * @param size Pictures at once; the last may be fewer.
   */
  batches(size: number): AsyncIterable<PixelImage[]>;
  /** A text that is another one when a picture changed, where it can be had without reading them all. */
  computeFingerprint?(): Promise<string>;
}

/** Options of {@link createPictureSource}. */
export interface PictureSourceOptions {
  /** Takes so many pictures by chance instead of all. */
  limit?: number | undefined;
  /** Chooses them. */
  random: Random;
  /** End at a picture that cannot be read instead of leaving it out. */
  strict?: boolean | undefined;
  /** Hears which picture was left out, and why. */
  onSkip?: ((reason: string) => void) | undefined;
}

/** Pictures of a set, in its order. */
export function createPictureSource(set: ImageSet, options: PictureSourceOptions): PictureSource {
  const { limit = set.count, random, strict = false, onSkip } = options;
  const places = choosePlaces(set.count, limit, random);

  async function readOne(place: number): Promise<PixelImage | undefined> {
    try {
      return await set.read(place);
    } catch (error) {
      const isDamaged = GanError.isInstance(error) && error.name === "DataError";
      if (strict || !isDamaged) throw error;
      onSkip?.(error.message);
      return undefined;
    }
  }

  const { computeFingerprint } = set;
  return {
    name: set.name,
    count: places.length,
    ...(computeFingerprint !== undefined && {
      async computeFingerprint() {
        const chosen = places.length < set.count ? [...places] : [];
        return JSON.stringify([await computeFingerprint.call(set), chosen]);
      },
    }),
    async *batches(size) {
      for (let first = 0; first < places.length; first += size) {
        const part = Array.from(places.subarray(first, first + size), readOne);
        const pictures = (await Promise.all(part)).filter((picture) => picture !== undefined);
        if (pictures.length > 0) yield pictures;
      }
    },
  };
}

/** `size` of `count` places by chance, in ascending order; all of them where there are no more. */
export function choosePlaces(count: number, size: number, random: Random): Uint32Array {
  if (size >= count) return Uint32Array.from({ length: count }, (_, index) => index);
  return random.permutation(count).subarray(0, size).sort();
}
