import { ByteCursor } from "./byte-cursor.js";
import { PickleError } from "./pickle-error.js";
import type { TorchFile } from "./read-torch-weights.js";
import { createStateDictWorld, type StorageDescription } from "./state-dict-world.js";
import { unpickle } from "./unpickle.js";

/** The pickled number that such files begin with. */
const magic = Uint8Array.of(
  0x80,
  0x02,
  0x8a,
  0x0a,
  0x6c,
  0xfc,
  0x9c,
  0x46,
  0xf9,
  0x20,
  0x6a,
  0xa8,
  0x50,
  0x19,
  0x2e,
);

/** Whether bytes begin as PyTorch's format of 0.1.10 to 1.5 does. */
export const hasLegacyMagic = (bytes: Uint8Array): boolean =>
  bytes.length > magic.length && magic.every((byte, index) => bytes[index] === byte);

/** Pickles of plain values need nothing. */
const nothing = {
  findGlobal: () => undefined,
  loadPersistent() {
    throw new PickleError("it refers to something outside of it, before its weights begin");
  },
};

/**
 * Opens PyTorch's format of 0.1.10 to 1.5, which `_use_new_zipfile_serialization=False` still writes: pickles
 * of a magic number, a version, the machine, the object and the storages' names, then each storage's length
 * and numbers.
 */
export function openLegacyFile(bytes: Uint8Array): TorchFile {
  const version = unpickle(bytes, nothing, magic.length);
  if (version.value !== 1001) throw new PickleError(`it has the unknown version ${version.value}`);
  const machine = unpickle(bytes, nothing, version.end);
  const isLittle = machine.value instanceof Map && machine.value.get("little_endian") === true;
  if (!isLittle) throw new PickleError("its numbers are not little-endian");
  const described = new Map<string, StorageDescription>();
  const object = unpickle(bytes, createStateDictWorld(described), machine.end);
  const names = unpickle(bytes, nothing, object.end);
  const places = locateStorages(bytes, names, described);
  return {
    root: object.value,
    async readStorage({ key }) {
      const place = places.get(key);
      if (place === undefined) throw new PickleError(`it does not hold the storage ${key}`);
      return place;
    },
  };
}

/** Where each storage lies: all of them follow each other to the file's end. */
function locateStorages(
  bytes: Uint8Array,
  names: { value: unknown; end: number },
  described: ReadonlyMap<string, StorageDescription>,
): Map<string, Uint8Array> {
  if (!Array.isArray(names.value)) throw new PickleError("it has no list of storages");
  const places = new Map<string, Uint8Array>();
  const cursor = new ByteCursor(bytes, names.end);
  for (const name of names.value as unknown[]) {
    const storage = described.get(name as string);
    if (storage === undefined) throw new PickleError(`it holds a storage ${name} that no tensor uses`);
    const length = cursor.int64();
    if (length !== storage.length) {
      throw new PickleError(
        `its storage ${name} has ${length} numbers, where ${storage.length} are described`,
      );
    }
    places.set(storage.key, cursor.bytes(length * storage.type.bytesEach));
  }
  return places;
}
