import { ZipArchive } from "../zip-archive.js";
import { PickleError } from "./pickle-error.js";
import type { TorchFile } from "./read-torch-weights.js";
import { createStateDictWorld } from "./state-dict-world.js";
import { unpickle } from "./unpickle.js";

/** Bytes that the description of a network may take: those of large ones take a few hundred thousand. */
const maxPickleBytes = 2 ** 25;

/** Opens PyTorch's zip format, since 1.6: `<name>/data.pkl` and `<name>/data/<storage>`. */
export async function openZipFile(bytes: Uint8Array, source: string): Promise<TorchFile> {
  const archive = await ZipArchive.open(bytes, source);
  const pickleName = archive.names.find((name) => /^[^/]+\/data\.pkl$/.test(name));
  if (pickleName === undefined) throw new PickleError("it is a zip archive without data.pkl");
  const folder = pickleName.slice(0, -"data.pkl".length);
  if (archive.names.includes(`${folder}constants.pkl`)) {
    throw new PickleError("it is a compiled program (TorchScript), not weights");
  }
  if (archive.names.includes(`${folder}byteorder`)) {
    const order = new TextDecoder().decode(await archive.read(`${folder}byteorder`, 16));
    if (order !== "little") throw new PickleError(`its numbers are ${order}-endian`);
  }
  const { value } = unpickle(await archive.read(pickleName, maxPickleBytes), createStateDictWorld(new Map()));
  return {
    root: value,
    async readStorage({ key, type, length }) {
      const needed = length * type.bytesEach;
      const stored = await archive.read(`${folder}data/${key}`, needed);
      if (stored.length === needed) return stored;
      throw new PickleError(`its storage ${key} has ${stored.length} bytes, where ${needed} are needed`);
    },
  };
}
