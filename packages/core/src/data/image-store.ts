import { DataError } from "../errors/index.js";
import type { ImageSet } from "./image-set.js";

/** Decoded pictures of one size, one byte a value. */
export interface ImageArrays {
  /** What to call the set in messages. */
  name: string;
  /** Pictures in it. */
  count: number;
  /** Pixels. */
  height: number;
  /** Pixels. */
  width: number;
  /** Channels of a picture: 1 for grey, 3 for RGB, 4 with alpha. */
  channels: number;
  /** [count, height, width, channels], values 0 to 255. */
  pixels: Uint8Array;
  /** Class of each picture, an index into `labelNames`. */
  labels?: ArrayLike<number>;
  /** Names of the classes, by label. Default: they have none. */
  labelNames?: readonly string[];
}

/** Pictures of one size in memory. */
export type ImageStore = ImageSet & Readonly<Omit<ImageArrays, "labelNames">>;

/**
 * Makes a set of pictures in memory. They stay where they are: `read` gives views.
 *
 * @throws DataError when an array has not the length that the sizes declare, or a label has no name.
 */
export function createImageStore(arrays: ImageArrays): ImageStore {
  const { labelNames, ...rest } = arrays;
  const { name, count, height, width, channels, pixels, labels } = rest;
  const size = count * height * width * channels;
  if (count < 1 || pixels.length !== size) {
    throw new DataError(
      "core",
      `${name} must hold at least one picture and ${count}×${height}×${width}×${channels} = ${size} values, got ${pixels.length}.`,
    );
  }
  if (labels !== undefined) checkLabels(name, labels, count, labelNames);
  const describe = (index: number) => `picture ${index} of ${name}`;
  const pictureSize = height * width * channels;
  return {
    ...rest,
    ...(labelNames !== undefined && { classNames: labelNames }),
    ...(labels !== undefined && { label: (index: number) => labels[index] as number }),
    describe,
    async read(index) {
      if (!Number.isInteger(index) || index < 0 || index >= count) {
        throw new DataError("core", `${name} has pictures 0 to ${count - 1}, got ${index}.`);
      }
      const start = index * pictureSize;
      return { width, height, channels, pixels: pixels.subarray(start, start + pictureSize) };
    },
  };
}

function checkLabels(
  name: string,
  labels: ArrayLike<number>,
  count: number,
  labelNames: readonly string[] | undefined,
): void {
  if (labels.length !== count) {
    throw new DataError("core", `${name} has ${count} pictures but ${labels.length} labels.`);
  }
  if (labelNames === undefined) return;
  for (let index = 0; index < count; index++) {
    const label = labels[index] as number;
    if (labelNames[label] !== undefined) continue;
    throw new DataError(
      "core",
      `${name} must have labels under ${labelNames.length}, got ${label} for picture ${index}. The labels are damaged, or of another set.`,
    );
  }
}
