import { type FileHandle, open, readdir, rename, rm } from "node:fs/promises";
import { basename, dirname, join } from "node:path";
import { crc32 } from "node:zlib";
import type { ImageSet, PixelImage } from "../data/index.js";
import { isUnreadable } from "../data/picture-stream.js";
import { prefetch } from "../data/prefetch.js";
import { DataError, GanError } from "../errors/index.js";
import { isAlive } from "./is-alive.js";
import { makeFolder } from "./make-folder.js";
import { encodePack, headerBytes, measureRecord, type PackIndex } from "./pack-format.js";

/** A pack cannot be written: the disk is full, or the place is not writable. */
export class PackWriteError extends DataError {}

/** Options of {@link writePack}. */
export interface WritePackOptions {
  /** Pixels. */
  height: number;
  /** Pixels. */
  width: number;
  /** Channels of a picture: 1 for grey, 3 for RGB, 4 with alpha. */
  channels: number;
  /** What the pictures were made from, to tell later whether the pack still fits. Default: nothing is kept. */
  fingerprint?: string;
  /** Refuse pictures that cannot be read instead of leaving them out. Default false. */
  strict?: boolean;
  /** Hears how many pictures are done. */
  onProgress?: (done: number, count: number) => void;
}

/** Pictures that are decoded at once. */
const picturesAtOnce = 32;
/** Bytes that are written at once, unless a picture is larger. */
const chunkBytes = 4 * 2 ** 20;

/**
 * Packs pictures of one size into a file that is read at random places. It appears complete or not at all.
 *
 * @throws DataError when no picture can be read, or one cannot and `strict` is set.
 * @throws PackWriteError when the file cannot be written.
 */
export async function writePack(path: string, set: ImageSet, options: WritePackOptions): Promise<void> {
  const partial = `${path}.partial-${process.pid}`;
  try {
    await makeFolder(dirname(path));
    await removeAbandoned(path);
    const file = await open(partial, "w");
    try {
      await writeContent(file, set, options);
      await file.sync();
    } finally {
      await file.close();
    }
    await rename(partial, path);
  } catch (cause) {
    await rm(partial, { force: true }).catch(() => undefined);
    if (GanError.isInstance(cause) || (cause as NodeJS.ErrnoException).syscall === undefined) throw cause;
    throw new PackWriteError(
      "core",
      `cannot write ${path}: ${(cause as Error).message}. Free disk space, or choose another place.`,
      { cause },
    );
  }
}

async function writeContent(file: FileHandle, set: ImageSet, options: WritePackOptions): Promise<void> {
  const { height, width, channels, fingerprint, strict = false, onProgress } = options;
  const { name, count, classNames } = set;
  const skipped: [number, string][] = [];
  const sizes = { name, count, height, width, channels, skipped };
  const record = measureRecord(sizes);
  const checksums = Buffer.alloc(4 * count);
  const chunk = Buffer.alloc(Math.max(1, Math.floor(chunkBytes / record)) * record);
  let position = headerBytes;
  let filled = 0;
  const flush = async () => {
    for (let written = 0; written < filled; ) {
      const { bytesWritten } = await file.write(chunk, written, filled - written, position + written);
      written += bytesWritten;
    }
    position += filled;
    filled = 0;
  };

  const read = async (index: number): Promise<PixelImage | string> => {
    try {
      return await set.read(index);
    } catch (error) {
      if (strict || !isUnreadable(error)) throw error;
      return error.message;
    }
  };
  let done = 0;
  for await (const picture of prefetch(read, 0, picturesAtOnce, count)) {
    const place = chunk.subarray(filled, filled + record);
    if (typeof picture === "string") {
      skipped.push([done, picture]);
      place.fill(0);
    } else {
      checkSize(picture, sizes, set.describe(done));
      place.set(picture.pixels);
    }
    checksums.writeUInt32LE(crc32(place), 4 * done);
    filled += record;
    if (filled === chunk.length) await flush();
    done++;
    onProgress?.(done, count);
  }
  await flush();
  if (skipped.length === count) {
    throw new DataError(
      "core",
      `none of the ${count} pictures of ${name} can be read. The first: ${skipped[0]?.[1]}`,
    );
  }
  const positions = Array.from({ length: count }, (_, index) => index);
  const index: PackIndex = {
    ...sizes,
    ...(fingerprint === undefined
      ? { descriptions: positions.map((index) => set.describe(index)) }
      : { fingerprint }),
    ...(classNames !== undefined && { classNames: [...classNames] }),
    ...(set.label !== undefined && { labels: positions.map((index) => set.label?.(index) as number) }),
    checksums: checksums.toString("base64"),
  };
  const encoded = encodePack(index);
  await file.write(encoded.index, 0, encoded.index.length, position);
  await file.write(encoded.header, 0, encoded.header.length, 0);
}

function checkSize(picture: PixelImage, sizes: Omit<PackIndex, "checksums">, source: string): void {
  const { height, width, channels } = picture;
  if (height === sizes.height && width === sizes.width && channels === sizes.channels) return;
  throw new DataError(
    "core",
    `the pictures of a pack must all be ${sizes.height}×${sizes.width}×${sizes.channels}, got ${height}×${width}×${channels} from ${source}. Resize them.`,
  );
}

/** Removes what was left by processes that ended while they wrote. */
async function removeAbandoned(path: string): Promise<void> {
  const prefix = `${basename(path)}.partial-`;
  for (const name of await readdir(dirname(path))) {
    if (!name.startsWith(prefix) || isAlive(Number(name.slice(prefix.length)))) continue;
    await rm(join(dirname(path), name), { force: true });
  }
}
