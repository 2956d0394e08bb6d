import { DataError } from "../errors/index.js";

/** The content of an idx file of unsigned bytes. */
export interface IdxArray {
  /** Sizes, slowest first: images are [count, height, width], labels [count]. */
  shape: number[];
  /** The values, a view into the file's bytes. */
  values: Uint8Array;
}

const unsignedByte = 0x08;

/**
 * Reads an idx file as MNIST uses them: two zero bytes, a type byte (8: unsigned byte), the number
 * of dimensions, each dimension as a big-endian 32-bit number, then the values.
 *
 * @param bytes The whole file, already decompressed.
 * @param source What to call it in an error, for example its path.
 * @throws DataError when the header is another format's or the length does not fit it.
 */
export function parseIdx(bytes: Uint8Array, source: string): IdxArray {
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  const dimensions = bytes[3] ?? 0;
  const headerLength = 4 + 4 * dimensions;
  if (bytes.length < headerLength || view.getUint16(0) !== 0 || dimensions === 0) {
    throw new DataError(
      "core",
      `${source} is not an idx file: it starts with ${describeStart(bytes)}. Decompress it if it is gzipped.`,
    );
  }
  if (bytes[2] !== unsignedByte) {
    throw new DataError(
      "core",
      `${source} must hold unsigned bytes (idx type 8), got type ${bytes[2]}. Convert it to bytes.`,
    );
  }
  const shape = Array.from({ length: dimensions }, (_, axis) => view.getUint32(4 + 4 * axis));
  const size = shape.reduce((product, dimension) => product * dimension, 1);
  const values = bytes.subarray(headerLength);
  if (values.length !== size) {
    throw new DataError(
      "core",
      `${source} declares ${shape.join("×")} = ${size} values but holds ${values.length}. It is damaged: fetch it again.`,
    );
  }
  return { shape, values };
}

function describeStart(bytes: Uint8Array): string {
  const start = [...bytes.subarray(0, 4)].map((byte) => byte.toString(16).padStart(2, "0"));
  return start.length === 0 ? "nothing, it is empty" : start.join(" ");
}
