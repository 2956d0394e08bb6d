import { readFile } from "node:fs/promises";
import { promisify } from "node:util";
import { gunzip } from "node:zlib";
import { type IdxArray, parseIdx } from "../data/index.js";
import { DataError } from "../errors/index.js";

/** No idx file in use is longer, unpacked. */
const maxUnpackedBytes = 2 ** 30;

/**
 * Reads an idx file, gzipped or not.
 *
 * @param rank Dimensions that it must have: 3 for pictures, 1 for labels.
 * @throws DataError when it cannot be read, is damaged, or has other dimensions.
 */
export async function readIdxFile(path: string, rank: number): Promise<IdxArray> {
  let bytes: Uint8Array;
  try {
    bytes = await readFile(path);
    const isGzipped = bytes[0] === 0x1f && bytes[1] === 0x8b;
    if (isGzipped) bytes = await promisify(gunzip)(bytes, { maxOutputLength: maxUnpackedBytes });
  } catch (cause) {
    const reason = cause instanceof Error ? cause.message : String(cause);
    throw new DataError("core", `cannot read ${path}: ${reason}. If it is damaged, fetch it again.`, {
      cause,
    });
  }
  const array = parseIdx(bytes, path);
  if (array.shape.length === rank) return array;
  throw new DataError("core", `${path} must have ${rank} dimensions, got ${array.shape.length}.`);
}
