import { crc32 } from "node:zlib";
import type { Entry, ZipFile } from "yauzl";
import { DataError } from "../errors/index.js";

/** Entries that an archive may have. */
const maxEntries = 10_000;

/** A zip archive in memory that is trusted with nothing: entries are read within limits and checked. */
export class ZipArchive {
  readonly #source: string;
  readonly #zip: ZipFile;
  readonly #entries: ReadonlyMap<string, Entry>;

  private constructor(source: string, zip: ZipFile, entries: ReadonlyMap<string, Entry>) {
    this.#source = source;
    this.#zip = zip;
    this.#entries = entries;
  }

  /**
   * Reads an archive's list of entries.
   *
   * @param source What to call it in errors.
   * @throws DataError when it is cut off, damaged, names an entry twice or has too many.
   */
  static async open(bytes: Uint8Array, source: string): Promise<ZipArchive> {
    const entries = new Map<string, Entry>();
    const buffer = Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength);
    const { fromBufferPromise } = await import("yauzl"); // every command would load it
    try {
      const zip = await fromBufferPromise(buffer, { lazyEntries: true, strictFileNames: true });
      if (zip.entryCount > maxEntries) throw new Error(`it has ${zip.entryCount} entries`);
      for await (const entry of zip.eachEntry()) {
        if (entries.has(entry.fileName)) throw new Error(`it has two entries ${entry.fileName}`);
        entries.set(entry.fileName, entry);
      }
      return new ZipArchive(source, zip, entries);
    } catch (cause) {
      throw refuse(source, `is no whole zip archive: ${(cause as Error).message}`, cause);
    }
  }

  /** Names of all entries. */
  get names(): readonly string[] {
    return [...this.#entries.keys()];
  }

  /**
   * Reads an entry and compares its checksum.
   *
   * @param maxBytes Refuse more than so many bytes, before anything is unpacked.
   * @throws DataError when there is no such entry, it is larger, or it is damaged.
   */
  async read(name: string, maxBytes: number): Promise<Uint8Array> {
    const entry = this.#entries.get(name);
    if (entry === undefined) throw refuse(this.#source, `must hold ${name}, which is missing`);
    const size = entry.uncompressedSize;
    if (size > maxBytes) {
      throw refuse(this.#source, `declares ${size} bytes for ${name}, where at most ${maxBytes} are needed`);
    }
    const bytes = new Uint8Array(size);
    let length = 0;
    try {
      // yauzl ends the stream with an error as soon as there are more bytes than declared.
      for await (const chunk of await this.#zip.openReadStreamPromise(entry)) {
        bytes.set(chunk, length);
        length += chunk.length;
      }
      if (crc32(bytes) !== entry.crc32) throw new Error("its checksum is another");
    } catch (cause) {
      throw refuse(this.#source, `has a damaged entry ${name}: ${(cause as Error).message}`, cause);
    }
    return bytes;
  }
}

function refuse(source: string, fault: string, cause?: unknown): DataError {
  return new DataError("core", `${source} ${fault}. Fetch or save it again.`, { cause });
}
