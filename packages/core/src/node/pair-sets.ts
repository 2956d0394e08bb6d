import type { ImageSet, PictureShape, PixelImage } from "../data/index.js";
import { DataError } from "../errors/index.js";
import { reshapePicture } from "./decode-picture.js";
import { type Derivation, derivePicture } from "./derive-picture.js";

/** One half of every picture of a set: A left, B right. */
export function halfSet(set: ImageSet, side: "left" | "right"): ImageSet {
  return {
    ...describeSet(set, `${set.name} (${side} halves)`),
    async read(index) {
      const { width, height, channels, pixels } = await set.read(index);
      if (width % 2 !== 0) {
        throw new DataError(
          "core",
          `${set.describe(index)} must hold two pictures of equal width side by side, got an odd width of ${width}. Cut it, or choose another layout by data.pairs.`,
        );
      }
      const half = width / 2;
      const cut = new Uint8Array(half * height * channels);
      const offset = side === "left" ? 0 : half * channels;
      for (let row = 0; row < height; row++) {
        const from = row * width * channels + offset;
        cut.set(pixels.subarray(from, from + half * channels), row * half * channels);
      }
      return { width: half, height, channels, pixels: cut };
    },
    ...fingerprint(set, side),
  };
}

/**
 * What is made of a set's pictures in the size in which they are wanted: edges as wide as a pixel of the
 * network's, not of the file's.
 */
export function derivedSet(set: ImageSet, derivation: Derivation): ImageSet {
  const wrap = (inner: ImageSet, finish: (picture: PixelImage) => Promise<PixelImage>): ImageSet => ({
    ...describeSet(set, `${set.name} (${derivation.type})`),
    read: async (index) => finish(await derivePicture(await inner.read(index), derivation)),
    ...fingerprint(set, derivation),
  });
  return {
    ...wrap(set, async (picture) => picture),
    reshaped(shape: PictureShape) {
      const colour = { ...shape, channels: 3 as const };
      const inner = set.reshaped?.(colour) ?? {
        ...set,
        read: async (i) => reshapePicture(await set.read(i), colour),
      };
      return wrap(inner, (picture) => reshapePicture(picture, shape));
    },
  };
}

const describeSet = ({ count, describe }: ImageSet, name: string) => ({ name, count, describe });

/** The cache goes by the set's own fingerprint and what is done with it. */
function fingerprint(set: ImageSet, change: unknown): Pick<ImageSet, "computeFingerprint"> {
  const compute = set.computeFingerprint?.bind(set);
  if (compute === undefined) return {};
  return {
    async computeFingerprint() {
      const { source, content } = await compute();
      const text = JSON.stringify(change);
      return { source: `${source}#${text}`, content: `${content}#${text}` };
    },
  };
}
