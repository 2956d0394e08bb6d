import { type FileHandle, open } from "node:fs/promises";
import { crc32 } from "node:zlib";
import { SkippedPictures, type UniformImageSet } from "../data/index.js";
import { DataError, GanError } from "../errors/index.js";
import { decodeIndex, headerBytes, locateIndex, measureRecord, type PackIndex } from "./pack-format.js";

/** A pack that is open for reading. */
export interface Pack extends UniformImageSet {
  /** What the pack was made from, when it was made as a cache. */
  readonly fingerprint: string | undefined;
  /** Whether a picture could not be read when the pack was made. */
  isSkipped(index: number): boolean;
}

/**
 * Opens a pack that {@link writePack} made. Pictures are read from the file one by one; none is kept.
 *
 * @throws DataError when the file cannot be read, is cut off, or its index is damaged. A damaged
 *   picture is found when it is read.
 */
export async function openPack(path: string): Promise<Pack> {
  let file: FileHandle | undefined;
  try {
    file = await open(path, "r");
    const { size } = await file.stat();
    const header = await readFully(file, 0, headerBytes);
    const start = locateIndex(header, size, path);
    const index = decodeIndex(header, await readFully(file, start, size - start), size, path);
    return createPack(path, file, index);
  } catch (cause) {
    await file?.close();
    if (GanError.isInstance(cause)) throw cause;
    const reason = cause instanceof Error ? cause.message : String(cause);
    throw new DataError("core", `cannot open the pack ${path}: ${reason}.`, { cause });
  }
}

function createPack(path: string, file: FileHandle, index: PackIndex): Pack {
  const { name, count, height, width, channels, fingerprint, classNames, labels, descriptions } = index;
  const record = measureRecord(index);
  const checksums = Buffer.from(index.checksums, "base64");
  const reasons = new Map(index.skipped);
  const skipped = new SkippedPictures();
  for (const [position, reason] of index.skipped) skipped.add(position, reason);
  let isClosed = false;
  const describe = (position: number) => descriptions?.[position] ?? `picture ${position} of ${path}`;
  return {
    name,
    count,
    height,
    width,
    channels,
    fingerprint,
    skipped,
    ...(classNames !== undefined && { classNames }),
    ...(labels !== undefined && { label: (position: number) => labels[position] as number }),
    describe,
    isSkipped: (position) => reasons.has(position),
    async read(position) {
      if (isClosed) throw new GanError("core", `${path} is closed. Close a set after its last batch.`);
      const reason = reasons.get(position);
      if (reason !== undefined) throw new DataError("core", withoutScope(reason));
      if (!Number.isInteger(position) || position < 0 || position >= count) {
        throw new DataError("core", `${name} has pictures 0 to ${count - 1}, got ${position}.`);
      }
      const pixels = await readFully(file, headerBytes + position * record, record).catch((cause) => {
        throw new DataError("core", `cannot read ${path}: ${(cause as Error).message}.`, { cause });
      });
      if (crc32(pixels) !== checksums.readUInt32LE(4 * position)) {
        throw new DataError(
          "core",
          `${describe(position)} is damaged within ${path}: it does not fit its checksum. Make the pack again.`,
        );
      }
      return { width, height, channels, pixels };
    },
    async close() {
      isClosed = true;
      await file.close();
    },
  };
}

/** Stored reasons begin with the scope already. */
const withoutScope = (reason: string) => reason.replace(/^\[gan\/[^\]]+\] /, "");

async function readFully(file: FileHandle, position: number, length: number): Promise<Buffer> {
  const buffer = Buffer.allocUnsafeSlow(length);
  for (let filled = 0; filled < length; ) {
    const { bytesRead } = await file.read(buffer, filled, length - filled, position + filled);
    if (bytesRead === 0) throw new Error(`it ends after ${position + filled} bytes`);
    filled += bytesRead;
  }
  return buffer;
}
