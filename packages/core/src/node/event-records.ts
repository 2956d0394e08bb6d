/** A number at a place of a run. */
export interface ScalarEvent {
  /** What it is called, `losses/generator.fake`. */
  tag: string;
  step: number;
  value: number;
  /** Seconds since 1970. */
  wallSeconds: number;
}

/** Bytes of a TensorBoard event file with these scalars, in their order: TFRecords of `Event` messages. */
export function encodeEventFile(events: readonly ScalarEvent[], startSeconds: number): Buffer {
  const version = message([double(1, startSeconds), text(3, "brain.Event:2")]);
  const records = events.map(({ tag, step, value, wallSeconds }) =>
    message([
      double(1, wallSeconds),
      [tagOf(2, 0), varint(step)],
      bytes(5, message([bytes(1, message([text(1, tag), float(2, value)]))])),
    ]),
  );
  return Buffer.concat([version, ...records].map(encodeRecord));
}

/** Length, its checksum, the data, and its checksum, little endian. */
function encodeRecord(data: Buffer): Buffer {
  const head = Buffer.alloc(12);
  head.writeBigUInt64LE(BigInt(data.length));
  head.writeUInt32LE(maskedCrc32c(head.subarray(0, 8)), 8);
  const tail = Buffer.alloc(4);
  tail.writeUInt32LE(maskedCrc32c(data));
  return Buffer.concat([head, data, tail]);
}

// Protocol buffers: a field is its number and kind, then its value.
const message = (fields: readonly Buffer[][]): Buffer => Buffer.concat(fields.flat());
const tagOf = (field: number, kind: number): Buffer => varint(field * 8 + kind);

function double(field: number, value: number): Buffer[] {
  const data = Buffer.alloc(8);
  data.writeDoubleLE(value);
  return [tagOf(field, 1), data];
}

function float(field: number, value: number): Buffer[] {
  const data = Buffer.alloc(4);
  data.writeFloatLE(value);
  return [tagOf(field, 5), data];
}

const bytes = (field: number, data: Buffer): Buffer[] => [tagOf(field, 2), varint(data.length), data];
const text = (field: number, value: string): Buffer[] => bytes(field, Buffer.from(value));

/** Seven bits a byte, the lowest first; the value is not negative. */
function varint(value: number): Buffer {
  const parts: number[] = [];
  let rest = value;
  while (rest > 127) {
    parts.push((rest % 128) | 128);
    rest = Math.floor(rest / 128);
  }
  return Buffer.from([...parts, rest]);
}

const polynomial = 0x82f63b78; // Castagnoli's, reversed
const table = Uint32Array.from({ length: 256 }, (_, byte) => {
  let value = byte;
  for (let bit = 0; bit < 8; bit++) value = value & 1 ? (value >>> 1) ^ polynomial : value >>> 1;
  return value >>> 0;
});

/** CRC-32C of some bytes. */
export function crc32c(data: Uint8Array): number {
  let crc = 0xffffffff;
  for (const byte of data) crc = (table[(crc ^ byte) & 255] as number) ^ (crc >>> 8);
  return (crc ^ 0xffffffff) >>> 0;
}

/** As TFRecords have it, so that checksums of checksums do not cancel. */
function maskedCrc32c(data: Uint8Array): number {
  const crc = crc32c(data);
  return (((crc >>> 15) | (crc << 17)) + 0xa282ead8) >>> 0;
}
