import { crc32, deflateRawSync } from "node:zlib";

/** An entry of a zip archive to be made, whole or dishonest. */
export interface ZipPart {
  name: string;
  bytes: Uint8Array;
  deflate?: boolean;
  /** What the archive says of the length unpacked. Default: the truth. */
  declared?: number;
}

/** A zip archive of these entries. */
export function makeZip(parts: readonly ZipPart[]): Buffer {
  const locals: Buffer[] = [];
  const central: Buffer[] = [];
  let offset = 0;
  for (const { name, bytes, deflate = false, declared = bytes.length } of parts) {
    const packed = deflate ? deflateRawSync(bytes) : Buffer.from(bytes);
    const text = Buffer.from(name);
    const shared = Buffer.alloc(26);
    shared.writeUInt16LE(20, 0); // version needed
    shared.writeUInt16LE(deflate ? 8 : 0, 4);
    shared.writeUInt32LE(crc32(bytes), 10);
    shared.writeUInt32LE(packed.length, 14);
    shared.writeUInt32LE(declared, 18);
    shared.writeUInt16LE(text.length, 22);
    const local = Buffer.concat([Buffer.from("PK\x03\x04"), shared, text, packed]);
    const rest = Buffer.alloc(14);
    rest.writeUInt32LE(offset, 10);
    central.push(Buffer.concat([Buffer.from("PK\x01\x02\x14\x00"), shared, rest, text]));
    locals.push(local);
    offset += local.length;
  }
  const directory = Buffer.concat(central);
  const end = Buffer.alloc(18);
  end.writeUInt16LE(parts.length, 4);
  end.writeUInt16LE(parts.length, 6);
  end.writeUInt32LE(directory.length, 8);
  end.writeUInt32LE(offset, 12);
  return Buffer.concat([...locals, directory, Buffer.from("PK\x05\x06"), end]);
}

const uint32 = (value: number): Buffer => {
  const bytes = Buffer.alloc(4);
  bytes.writeUInt32LE(value);
  return bytes;
};

/** Operations of pickles, by what they do. */
export const pickle = {
  text: (value: string) =>
    Buffer.concat([Buffer.from("X"), uint32(Buffer.byteLength(value)), Buffer.from(value)]),
  /** A whole number of up to 64 bits. */
  number(value: number) {
    const bytes = Buffer.alloc(10);
    bytes.set([0x8a, 8]);
    bytes.writeBigInt64LE(BigInt(value), 2);
    return bytes;
  },
  global: (module: string, name: string) => Buffer.from(`c${module}\n${name}\n`),
  tuple: (...items: Uint8Array[]) => Buffer.concat([Buffer.from("("), ...items, Buffer.from("t")]),
  call: (target: Uint8Array, args: Uint8Array) => Buffer.concat([target, args, Buffer.from("R")]),
  dict: (...items: Uint8Array[]) => Buffer.concat([Buffer.from("}("), ...items, Buffer.from("u")]),
  none: Buffer.from("N"),
  no: Buffer.from([0x89]),
};

/** What a tensor of floats is described by. */
export interface TensorClaim {
  shape: readonly number[];
  strides: readonly number[];
  offset?: number;
  /** Numbers that the storage claims to have. */
  length: number;
  storageType?: string;
}

/** The pickle of `{ weight: tensor }`. */
export function pickleTensor({
  shape,
  strides,
  offset = 0,
  length,
  storageType = "FloatStorage",
}: TensorClaim): Buffer {
  const { text, number, global, tuple, call, dict, no } = pickle;
  const id = tuple(text("storage"), global("torch", storageType), text("0"), text("cpu"), number(length));
  const storage = Buffer.concat([id, Buffer.from("Q")]);
  const numbers = (list: readonly number[]) => tuple(...list.map(number));
  const hooks = call(global("collections", "OrderedDict"), Buffer.from(")"));
  const args = tuple(storage, number(offset), numbers(shape), numbers(strides), no, hooks);
  const tensor = call(global("torch._utils", "_rebuild_tensor_v2"), args);
  return finish(dict(text("weight"), tensor));
}

/** A whole pickle. */
export const finish = (body: Uint8Array): Buffer =>
  Buffer.concat([Buffer.from([0x80, 2]), body, Buffer.from(".")]);

/** A file in PyTorch's zip format. */
export const makeTorchZip = (description: Uint8Array, storage: Omit<ZipPart, "name">): Buffer =>
  makeZip([
    { name: "toy/data.pkl", bytes: description },
    { name: "toy/data/0", ...storage },
  ]);
