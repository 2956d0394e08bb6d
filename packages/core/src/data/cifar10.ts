import { DataError } from "../errors/index.js";

const side = 32;
const planeSize = side * side;
const recordSize = 1 + 3 * planeSize;

/** CIFAR-10's classes, in the order of its labels. */
export const cifar10ClassNames: readonly string[] = [
  "airplane",
  "automobile",
  "bird",
  "cat",
  "deer",
  "dog",
  "frog",
  "horse",
  "ship",
  "truck",
];

/** Pictures and labels of a CIFAR-10 file. */
export interface Cifar10Batch {
  /** Pictures in it. */
  count: number;
  /** [count, 32, 32, 3]. */
  pixels: Uint8Array;
  /** 0 to 9. */
  labels: Uint8Array;
}

/**
 * Reads a file of CIFAR-10's binary version: records of a label byte, then the red, the green and the
 * blue plane of a 32×32 picture.
 *
 * @param source What to call it in an error, for example its path.
 * @throws DataError when the length is not one of whole records, or a label is above 9.
 */
export function parseCifar10(bytes: Uint8Array, source: string): Cifar10Batch {
  const count = bytes.length / recordSize;
  if (count < 1 || !Number.isInteger(count)) {
    throw new DataError(
      "core",
      `${source} must consist of records of ${recordSize} bytes, got ${bytes.length} bytes. It is damaged, or not of CIFAR-10's binary version: fetch it again.`,
    );
  }
  const pixels = new Uint8Array(count * 3 * planeSize);
  const labels = new Uint8Array(count);
  for (let record = 0; record < count; record++) {
    const start = record * recordSize;
    const label = bytes[start] as number;
    if (label >= cifar10ClassNames.length) {
      throw new DataError(
        "core",
        `${source} must have labels from 0 to 9, got ${label} in record ${record}. It is damaged: fetch it again.`,
      );
    }
    labels[record] = label;
    for (let place = 0; place < planeSize; place++) {
      const to = (record * planeSize + place) * 3;
      for (let channel = 0; channel < 3; channel++) {
        pixels[to + channel] = bytes[start + 1 + channel * planeSize + place] as number;
      }
    }
  }
  return { count, pixels, labels };
}
