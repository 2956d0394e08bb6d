import { crc32 } from "node:zlib";

const signature = Buffer.from([0x89, 0x50, 0x4e, 0x47, 0x0d, 0x0a, 0x1a, 0x0a]);

/** Length, type and checksum around a chunk's data. */
const chunkOverhead = 12;

/** Whether a file begins as PNG does. */
export function isPng(bytes: Buffer): boolean {
  return bytes.subarray(0, signature.length).equals(signature);
}

/**
 * Compares the checksum of each of a PNG's chunks, which decoders do only for those that they need.
 *
 * @returns What is wrong, or undefined.
 */
export function findPngDamage(bytes: Buffer): string | undefined {
  let position = signature.length;
  while (position + chunkOverhead <= bytes.length) {
    const end = position + chunkOverhead + bytes.readUInt32BE(position);
    const type = bytes.toString("latin1", position + 4, position + 8);
    if (end > bytes.length) return `its chunk ${type} at ${position} is cut off`;
    if (crc32(bytes.subarray(position + 4, end - 4)) !== bytes.readUInt32BE(end - 4)) {
      return `its chunk ${type} at ${position} does not fit its checksum`;
    }
    if (type === "IEND") return undefined;
    position = end;
  }
  return "its end is missing";
}
