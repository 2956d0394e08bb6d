import { DataError } from "../errors/index.js";

/** Decoded pictures of one size, in memory, one byte a value. */
export interface ImageStore {
  /** What to call the set in messages. */
  name: string;
  count: number;
  height: number;
  width: number;
  channels: number;
  /** [count, height, width, channels], values 0 to 255. */
  pixels: Uint8Array;
  /** Class of each picture, an index into `labelNames`. */
  labels?: Uint8Array;
  labelNames?: readonly string[];
}

/**
 * Checks that a store's arrays have the lengths that its sizes declare.
 *
 * @throws DataError naming the array, what was needed and what was found.
 */
export function createImageStore(store: ImageStore): ImageStore {
  const { name, count, height, width, channels, pixels, labels } = store;
  const size = count * height * width * channels;
  if (count < 1 || pixels.length !== size) {
    throw new DataError(
      "core",
      `${name} must hold at least one picture and ${count}×${height}×${width}×${channels} = ${size} values, got ${pixels.length}.`,
    );
  }
  if (labels !== undefined && labels.length !== count) {
    throw new DataError("core", `${name} has ${count} pictures but ${labels.length} labels.`);
  }
  return store;
}
