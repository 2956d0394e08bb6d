import type { HostTensor } from "../../checkpoint/index.js";
import { DataError } from "../../errors/index.js";
import { hasLegacyMagic, openLegacyFile } from "./legacy-file.js";
import { describePickleError, PickleError } from "./pickle-error.js";
import { readDescribedTensor } from "./read-tensor.js";
import { TensorDescription } from "./state-dict-world.js";
import { openZipFile } from "./zip-file.js";

/** A file of either format with its tensors described, and the bytes of their storages at hand. */
export interface TorchFile {
  root: unknown;
  /** Bytes of a storage, as many as it needs. */
  readStorage(description: TensorDescription["storage"]): Promise<Uint8Array>;
}

/** Bytes that all storages and tensors of a file may take together. */
const maxTotalBytes = 2 ** 32;

/**
 * Reads the weights that PyTorch saved, `torch.save(model.state_dict(), path)`, in its zip format or the
 * one before. Nothing of the file is executed: its pickle may describe dicts and tensors and is refused when
 * it names anything else.
 *
 * @param source What to call the bytes in errors, for example a path.
 * @param isNeeded Which tensors to read. Default: all.
 * @returns Every tensor of the dict, or of its entry `state_dict`, as float32.
 * @throws DataError when it is no such file, damaged, or describes what does not fit.
 */
export async function readTorchWeights(
  bytes: Uint8Array,
  source: string,
  isNeeded: (name: string) => boolean = () => true,
): Promise<Map<string, HostTensor>> {
  try {
    const file = await openTorchFile(bytes, source);
    const described = findTensors(file.root).filter(([name]) => isNeeded(name));
    checkTotal(described.map(([, tensor]) => tensor));
    const storages = new Map<TensorDescription["storage"], Uint8Array>();
    const tensors = new Map<string, HostTensor>();
    for (const [name, tensor] of described) {
      const { storage } = tensor;
      const stored = storages.get(storage) ?? (await file.readStorage(storage));
      storages.set(storage, stored);
      tensors.set(name, { shape: tensor.shape, values: readDescribedTensor(tensor, stored) });
    }
    return tensors;
  } catch (error) {
    throw describePickleError(error, source);
  }
}

async function openTorchFile(bytes: Uint8Array, source: string): Promise<TorchFile> {
  const magic = String.fromCharCode(...bytes.subarray(0, 4));
  if (magic === "PK\u0003\u0004") return openZipFile(bytes, source);
  if (hasLegacyMagic(bytes)) return openLegacyFile(bytes);
  const isTar = String.fromCharCode(...bytes.subarray(257, 262)) === "ustar";
  const what = isTar ? "a tar archive, as PyTorch wrote before 0.1.10" : "no file of PyTorch's";
  const remedy = isTar ? "Load and save it with a newer PyTorch." : "Give a .pth file of a state dict.";
  throw new DataError(
    "core",
    `${source} must be a file of weights that PyTorch saved, got ${what}. ${remedy}`,
  );
}

/** The named tensors of a state dict, or of a checkpoint's `state_dict`. */
function findTensors(root: unknown): [string, TensorDescription][] {
  const nested = root instanceof Map ? root.get("state_dict") : undefined;
  const dict = nested instanceof Map ? nested : root;
  const entries = dict instanceof Map ? [...dict] : [];
  const tensors = entries.filter(
    (entry): entry is [string, TensorDescription] =>
      typeof entry[0] === "string" && entry[1] instanceof TensorDescription,
  );
  if (tensors.length === 0) throw new PickleError("it is no dict of tensors");
  return tensors;
}

/** Refuses files whose tensors or storages would fill the memory, before any is read. */
function checkTotal(tensors: readonly TensorDescription[]): void {
  const storages = new Set(tensors.map(({ storage }) => storage));
  let total = 0;
  for (const { type, length } of storages) total += length * type.bytesEach;
  for (const { size } of tensors) total += size * 4;
  if (total > maxTotalBytes) {
    throw new PickleError(`its tensors need ${total} bytes, more than ${maxTotalBytes}`);
  }
}
