import { PickleError } from "./pickle-error.js";

const decoder = new TextDecoder("utf-8", { fatal: true });

/** Reads little-endian numbers and texts from bytes, never beyond their end. */
export class ByteCursor {
  position: number;
  readonly #bytes: Uint8Array;
  readonly #view: DataView;

  constructor(bytes: Uint8Array, position = 0) {
    this.#bytes = bytes;
    this.#view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
    this.position = position;
  }

  /** @throws PickleError, as all that follow, when the bytes end before. */
  uint8(): number {
    return this.#view.getUint8(this.#advance(1));
  }

  uint16(): number {
    return this.#view.getUint16(this.#advance(2), true);
  }

  int32(): number {
    return this.#view.getInt32(this.#advance(4), true);
  }

  uint32(): number {
    return this.#view.getUint32(this.#advance(4), true);
  }

  /** A whole number of 64 bits, which must be exact as a JavaScript number. */
  int64(): number {
    return toSafe(this.#view.getBigInt64(this.#advance(8), true));
  }

  /** A big-endian double. */
  float64(): number {
    return this.#view.getFloat64(this.#advance(8), false);
  }

  /** A two's complement number of any length up to 16 bytes. */
  long(length: number): bigint {
    if (length > 16) throw new PickleError(`it holds a number of ${length} bytes`);
    let value = 0n;
    for (const [index, byte] of this.bytes(length).entries()) value |= BigInt(byte) << BigInt(8 * index);
    return BigInt.asIntN(8 * length, value);
  }

  /** A view of the next bytes. */
  bytes(length: number): Uint8Array {
    const start = this.#advance(length);
    return this.#bytes.subarray(start, start + length);
  }

  text(length: number): string {
    try {
      return decoder.decode(this.bytes(length));
    } catch (cause) {
      if (cause instanceof PickleError) throw cause;
      throw new PickleError("it holds a text that is not UTF-8", { cause });
    }
  }

  /** Text up to a line feed. */
  line(): string {
    const end = this.#bytes.indexOf(10, this.position);
    if (end < 0) throw new PickleError("it ends within a line");
    const text = this.text(end - this.position);
    this.position = end + 1;
    return text;
  }

  #advance(length: number): number {
    const start = this.position;
    if (start + length > this.#bytes.length)
      throw new PickleError(`it is cut off after ${this.#bytes.length} bytes`);
    this.position = start + length;
    return start;
  }
}

/** @throws PickleError for a number that is not exact. */
export function toSafe(value: bigint): number {
  const number = Number(value);
  if (!Number.isSafeInteger(number)) throw new PickleError(`it holds the number ${value}, beyond all sizes`);
  return number;
}
