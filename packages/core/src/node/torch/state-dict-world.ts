import { PickleError } from "./pickle-error.js";
import { type StorageType, storageTypes } from "./storage-types.js";
import type { PickleGlobal, PickleWorld } from "./unpickle.js";

/** Numbers in a row that tensors look into. */
export interface StorageDescription {
  /** Its name within the file. */
  key: string;
  type: StorageType;
  /** Numbers in it. */
  length: number;
}

/** A tensor that was described but not read yet. */
export class TensorDescription {
  readonly storage: StorageDescription;
  readonly offset: number;
  readonly shape: readonly number[];
  readonly strides: readonly number[];
  readonly size: number;

  /** @throws PickleError unless all that it sees lies within the storage, each number at most once. */
  constructor(storage: unknown, offset: unknown, shape: unknown, strides: unknown) {
    if (!isStorage(storage) || !isSize(offset) || !isSizes(shape) || !isSizes(strides)) {
      throw new PickleError("it describes a tensor with sizes that are none");
    }
    this.storage = storage;
    this.offset = offset;
    this.shape = shape;
    this.strides = strides;
    this.size = shape.reduce((product, size) => product * size, 1);
    const last = shape.reduce((end, size, axis) => end + (size - 1) * (strides[axis] ?? Number.NaN), offset);
    const isInside = this.size === 0 || last < storage.length;
    if (shape.length === strides.length && isInside && this.size <= storage.length) return;
    throw new PickleError(
      `it describes a tensor [${shape.join(", ")}] with strides [${strides.join(", ")}] from place ${offset}, which does not fit its storage of ${storage.length} numbers`,
    );
  }
}

/** Dimensions that a tensor may have. */
const maxRank = 16;

const isSize = (value: unknown): value is number => Number.isSafeInteger(value) && (value as number) >= 0;

const isSizes = (value: unknown): value is number[] =>
  Array.isArray(value) && value.length <= maxRank && value.every(isSize);

const isStorage = (value: unknown): value is StorageDescription =>
  typeof value === "object" && value !== null && "bytesEach" in ((value as { type?: object }).type ?? {});

const functions: Readonly<Record<string, (args: readonly unknown[]) => unknown>> = {
  "collections.OrderedDict": ([pairs]) => {
    if (pairs === undefined) return new Map();
    const isPaired = Array.isArray(pairs) && pairs.every((pair) => Array.isArray(pair) && pair.length === 2);
    if (!isPaired) throw new PickleError("it makes a dict of what are no pairs");
    return new Map(pairs as [unknown, unknown][]);
  },
  "torch._utils._rebuild_tensor": ([storage, offset, shape, strides]) =>
    new TensorDescription(storage, offset, shape, strides),
  "torch._utils._rebuild_tensor_v2": ([storage, offset, shape, strides]) =>
    new TensorDescription(storage, offset, shape, strides),
  "torch._utils._rebuild_parameter": ([tensor]) => {
    if (!(tensor instanceof TensorDescription)) throw new PickleError("it makes a parameter of no tensor");
    return tensor;
  },
};

interface StorageGlobal extends PickleGlobal {
  readonly type: StorageType;
}

/**
 * All that the pickle of a state dict may name: ordered dicts, tensors, parameters and storages.
 *
 * @param storages Filled with the storages that it asks for.
 */
export function createStateDictWorld(storages: Map<string, StorageDescription>): PickleWorld {
  return {
    findGlobal(name) {
      const call = Object.hasOwn(functions, name) ? functions[name] : undefined;
      if (call !== undefined) return { name, call };
      const type = Object.hasOwn(storageTypes, name) ? storageTypes[name] : undefined;
      return type && ({ name, type } satisfies StorageGlobal);
    },
    loadPersistent(id) {
      const [kind, global, key, , length, view] = Array.isArray(id) ? (id as unknown[]) : [];
      const { type } = (global ?? {}) as Partial<StorageGlobal>;
      if (kind !== "storage" || type === undefined || typeof key !== "string" || !isSize(length)) {
        throw new PickleError("it refers to something outside of it that is no storage");
      }
      if (view !== undefined && view !== null) {
        throw new PickleError("its storages are parts of others, as very old versions of PyTorch wrote them");
      }
      const known = storages.get(key);
      if (known !== undefined && (known.type !== type || known.length !== length)) {
        throw new PickleError(`it describes the storage ${key} in two ways`);
      }
      const storage = known ?? { key, type, length };
      storages.set(key, storage);
      return storage;
    },
  };
}
