import { CheckpointError } from "../errors/index.js";
import { decodeHalf, encodeHalf } from "./half-precision.js";

/** How numbers are stored: with 32 bits, or rounded to 16. */
export type StoredPrecision = "F32" | "F16";

/** A float32 tensor on the host. */
export interface HostTensor {
  /** Sizes of its dimensions. */
  shape: readonly number[];
  /** In row-major order. */
  values: Float32Array;
}

interface TensorEntry {
  dtype: string;
  shape: number[];
  data_offsets: [number, number];
}

const lengthBytes = 8;
const alignment = 8;
const valueBytes: Readonly<Record<string, number>> = { F32: 4, F16: 2 };

/**
 * Writes tensors in the safetensors format, which PyTorch, JAX and others read: the header's length
 * as a little-endian 64-bit number, a JSON header padded with spaces, then the values.
 *
 * @param metadata Free text by key, kept under `__metadata__`.
 * @param precision Default F32.
 */
export function encodeSafetensors(
  tensors: ReadonlyMap<string, HostTensor>,
  metadata: Record<string, string> = {},
  precision: StoredPrecision = "F32",
): Uint8Array {
  const header: Record<string, unknown> = { __metadata__: metadata };
  let offset = 0;
  for (const [name, { shape, values }] of tensors) {
    const end = offset + values.length * (valueBytes[precision] as number);
    header[name] = { dtype: precision, shape: [...shape], data_offsets: [offset, end] };
    offset = end;
  }
  const json = new TextEncoder().encode(JSON.stringify(header));
  const headerLength = Math.ceil(json.length / alignment) * alignment;
  const bytes = new Uint8Array(lengthBytes + headerLength + offset);
  bytes.fill(0x20, lengthBytes, lengthBytes + headerLength);
  new DataView(bytes.buffer).setBigUint64(0, BigInt(headerLength), true);
  bytes.set(json, lengthBytes);
  let position = lengthBytes + headerLength;
  for (const { values } of tensors.values()) {
    const stored = precision === "F16" ? Uint16Array.from(values, encodeHalf) : values;
    bytes.set(new Uint8Array(stored.buffer, stored.byteOffset, stored.byteLength), position);
    position += stored.byteLength;
  }
  return bytes;
}

/**
 * Reads what {@link encodeSafetensors} or another tool wrote: tensors of 32-bit floats, or of 16-bit ones,
 * which become float32.
 *
 * @param source What to call the bytes in an error, for example a path.
 * @throws CheckpointError when the file is truncated, damaged or holds another type.
 */
export function decodeSafetensors(bytes: Uint8Array, source: string): Map<string, HostTensor> {
  const header = readHeader(bytes, source);
  const start = lengthBytes + header.length;
  const tensors = new Map<string, HostTensor>();
  for (const [name, entry] of header.entries) {
    const [from, to] = entry.data_offsets;
    const size = entry.shape.reduce((product, dimension) => product * dimension, 1);
    const bytesEach = valueBytes[entry.dtype];
    if (bytesEach === undefined) {
      throw new CheckpointError("core", `${source}: ${name} must be F32 or F16, got ${entry.dtype}.`);
    }
    if (to - from !== size * bytesEach || from < 0 || start + to > bytes.length) {
      throw damaged(source, `${name} [${entry.shape.join(", ")}] does not fit bytes ${from} to ${to}`);
    }
    const stored = new Uint8Array(to - from); // a copy, aligned
    stored.set(bytes.subarray(start + from, start + to));
    const values =
      bytesEach === 4
        ? new Float32Array(stored.buffer)
        : Float32Array.from(new Uint16Array(stored.buffer), decodeHalf);
    tensors.set(name, { shape: entry.shape, values });
  }
  return tensors;
}

/**
 * The free text by key that a safetensors file carries.
 *
 * @param source What to call the bytes in an error.
 * @throws CheckpointError when the file is truncated or damaged.
 */
export function decodeSafetensorsMetadata(bytes: Uint8Array, source: string): Record<string, string> {
  const { metadata } = readHeader(bytes, source);
  if (typeof metadata !== "object" || metadata === null) return {};
  return Object.fromEntries(Object.entries(metadata).filter(([, text]) => typeof text === "string"));
}

function readHeader(bytes: Uint8Array, source: string) {
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  const length = bytes.length < lengthBytes ? Number.NaN : Number(view.getBigUint64(0, true));
  if (!(lengthBytes + length <= bytes.length)) throw damaged(source, "its header is cut off");
  let parsed: unknown;
  try {
    parsed = JSON.parse(new TextDecoder().decode(bytes.subarray(lengthBytes, lengthBytes + length)));
  } catch (cause) {
    throw damaged(source, "its header is not JSON", cause);
  }
  if (typeof parsed !== "object" || parsed === null) throw damaged(source, "its header is no object");
  const entries: [string, TensorEntry][] = [];
  const { __metadata__: metadata } = parsed as { __metadata__?: unknown };
  for (const [name, entry] of Object.entries(parsed)) {
    if (name === "__metadata__") continue;
    if (!isTensorEntry(entry)) throw damaged(source, `the entry of ${name} is malformed`);
    entries.push([name, entry]);
  }
  return { length, entries, metadata };
}

function isTensorEntry(entry: unknown): entry is TensorEntry {
  if (typeof entry !== "object" || entry === null) return false;
  const { dtype, shape, data_offsets: offsets } = entry as Record<string, unknown>;
  const areSizes = (list: unknown) =>
    Array.isArray(list) && list.every((value) => Number.isSafeInteger(value) && value >= 0);
  return (
    typeof dtype === "string" && areSizes(shape) && areSizes(offsets) && (offsets as number[]).length === 2
  );
}

function damaged(source: string, what: string, cause?: unknown): CheckpointError {
  const message = `${source} is damaged: ${what}. Use an earlier checkpoint.`;
  return new CheckpointError("core", message, cause === undefined ? {} : { cause });
}
