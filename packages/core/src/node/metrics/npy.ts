import { DataError } from "../../errors/index.js";

/** An array as NumPy saves it. */
export interface NpyArray {
  shape: readonly number[];
  /** Row by row. */
  values: Float64Array | Float32Array | Uint8Array;
}

const magic = Buffer.from("\x93NUMPY", "latin1");

const types = {
  "<f8": { bytes: 8, read: (view: DataView, at: number) => view.getFloat64(at, true), create: Float64Array },
  "<f4": { bytes: 4, read: (view: DataView, at: number) => view.getFloat32(at, true), create: Float32Array },
  "|u1": { bytes: 1, read: (view: DataView, at: number) => view.getUint8(at), create: Uint8Array },
} as const;

/** Most dimensions that are read. */
const mostDimensions = 4;

/**
 * Reads an array that NumPy saved: float64, float32 or bytes, little-endian, by rows or by columns.
 *
 * @param source What to call it in errors.
 * @throws DataError when it is damaged, cut off, too long or of another type.
 */
export function decodeNpy(bytes: Uint8Array, source: string): NpyArray {
  const refuse = (fault: string) => new DataError("core", `${source} ${fault}. Save it again with NumPy.`);
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  if (bytes.length < 12 || !magic.equals(bytes.subarray(0, 6))) throw refuse("is no NumPy array");
  const isOld = view.getUint8(6) === 1;
  const start = isOld ? 10 : 12;
  const length = isOld ? view.getUint16(8, true) : view.getUint32(8, true);
  if (start + length > bytes.length) throw refuse("is cut off within its header");
  const header = Buffer.from(bytes.subarray(start, start + length)).toString("latin1");
  const type = /'descr':\s*'([^']*)'/.exec(header)?.[1] ?? "";
  const isByColumns = /'fortran_order':\s*True/.test(header);
  const list = /'shape':\s*\(([\d,\s]*)\)/.exec(header)?.[1];
  if (list === undefined) throw refuse("has a damaged header");
  if (!Object.hasOwn(types, type)) {
    throw refuse(`must hold little-endian float64, float32 or bytes, got ${type || "another type"}`);
  }
  const { bytes: width, read, create } = types[type as keyof typeof types];
  const shape = list.split(",").flatMap((part) => (part.trim() === "" ? [] : [Number(part)]));
  const size = shape.reduce((product, dimension) => product * dimension, 1);
  if (shape.length > mostDimensions || size * width !== bytes.length - start - length) {
    throw refuse(
      `declares [${shape.join(", ")}] of ${type}, but ${bytes.length - start - length} bytes follow its header`,
    );
  }
  const values = new create(size);
  for (let index = 0; index < size; index++) {
    values[index] = read(view, start + length + index * width);
  }
  if (!isByColumns || shape.length < 2) return { shape, values };
  if (shape.length > 2) throw refuse("must be saved by rows where it has more than two dimensions");
  const [rows, columns] = shape as [number, number];
  const turned = new create(size);
  for (let index = 0; index < size; index++) {
    turned[(index % rows) * columns + Math.floor(index / rows)] = values[index] as number;
  }
  return { shape, values: turned };
}

/** Writes an array as NumPy does (format 1.0). */
export function encodeNpy({ shape, values }: NpyArray): Buffer {
  const type = values instanceof Float64Array ? "<f8" : values instanceof Float32Array ? "<f4" : "|u1";
  const sizes = shape.length === 1 ? `${shape[0]},` : shape.join(", ");
  const text = `{'descr': '${type}', 'fortran_order': False, 'shape': (${sizes}), }`;
  const padded = Math.ceil((10 + text.length + 1) / 64) * 64 - 10; // the values begin at a multiple of 64
  const header = Buffer.alloc(10 + padded, " ");
  magic.copy(header);
  header.writeUInt16LE(1, 6); // version 1, 0
  header.writeUInt16LE(padded, 8);
  header.write(text, 10, "latin1");
  header.write("\n", header.length - 1);
  return Buffer.concat([header, new Uint8Array(values.buffer, values.byteOffset, values.byteLength)]);
}
