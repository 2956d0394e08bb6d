import { createHash } from "node:crypto";
import { z } from "zod";
import { DataError } from "../errors/index.js";

/**
 * A pack is one file: a header of 48 bytes (magic, length of the index, SHA-256 of the index), one
 * record of height × width × channels bytes per picture, and the index as JSON. The index has a CRC-32
 * of every record, so that damage shows when a record is read, wherever it is.
 */
const magic = Buffer.from("GANPACK1", "latin1");

/** Where the first record begins. */
export const headerBytes = magic.length + 8 + 32;

const indexSchema = z.strictObject({
  name: z.string(),
  count: z.int().min(1),
  height: z.int().min(1),
  width: z.int().min(1),
  channels: z.int().min(1).max(4),
  /** What the pack was made from. */
  fingerprint: z.string().optional(),
  classNames: z.array(z.string()).optional(),
  /** Class of each picture. */
  labels: z.array(z.int().min(0)).optional(),
  /** What to call each picture. */
  descriptions: z.array(z.string()).optional(),
  /** Pictures that could not be read, with the reason; their records are empty. */
  skipped: z.array(z.tuple([z.int().min(0), z.string()])),
  /** CRC-32 of each record, little-endian, in base64. */
  checksums: z.string(),
});

/** What a pack says about its records. */
export type PackIndex = z.output<typeof indexSchema>;

/** Bytes of each record. */
export const measureRecord = ({ height, width, channels }: Omit<PackIndex, "checksums">): number =>
  height * width * channels;

/** The header and the index as they stand in the file. */
export function encodePack(index: PackIndex): { header: Buffer; index: Buffer } {
  const encoded = Buffer.from(JSON.stringify(index));
  const length = Buffer.alloc(8);
  length.writeBigUInt64LE(BigInt(encoded.length));
  return { header: Buffer.concat([magic, length, computeHash(encoded)]), index: encoded };
}

/**
 * Where the index is, by the header.
 *
 * @throws DataError when it is no pack's header, or the file is too short.
 */
export function locateIndex(header: Buffer, fileBytes: number, path: string): number {
  if (!header.subarray(0, magic.length).equals(magic) || header.length < headerBytes) {
    throw damaged(path, "it does not begin as a pack does");
  }
  const length = header.readBigUInt64LE(magic.length);
  if (length > BigInt(fileBytes - headerBytes)) throw damaged(path, "it is cut off");
  return fileBytes - Number(length);
}

/**
 * Reads and checks the index.
 *
 * @throws DataError when it does not fit its hash or the file's length.
 */
export function decodeIndex(header: Buffer, bytes: Buffer, fileBytes: number, path: string): PackIndex {
  if (!computeHash(bytes).equals(header.subarray(headerBytes - 32))) {
    throw damaged(path, "its index does not fit its hash");
  }
  const parsed = indexSchema.safeParse(JSON.parse(bytes.toString()));
  if (!parsed.success) throw damaged(path, "its index is of another version");
  const expected = headerBytes + parsed.data.count * measureRecord(parsed.data) + bytes.length;
  if (expected !== fileBytes) throw damaged(path, `it has ${fileBytes} bytes instead of ${expected}`);
  return parsed.data;
}

function damaged(path: string, reason: string): DataError {
  return new DataError("core", `${path} is no complete pack: ${reason}. Make it again.`);
}

const computeHash = (bytes: Buffer) => createHash("sha256").update(bytes).digest();
