import { rename, writeFile } from "node:fs/promises";
import { dirname } from "node:path";
import { CheckpointError } from "../errors/index.js";
import { makeFolder } from "./make-folder.js";

/**
 * Writes a file so that it appears complete or not at all, in a folder that is made where it is missing.
 *
 * @throws CheckpointError when it cannot be written.
 */
export async function writeWhole(path: string, bytes: Uint8Array): Promise<void> {
  const partial = `${path}.partial-${process.pid}`;
  try {
    await makeFolder(dirname(path));
    await writeFile(partial, bytes);
    await rename(partial, path);
  } catch (cause) {
    throw new CheckpointError("core", `cannot write ${path}: ${(cause as Error).message}.`, { cause });
  }
}
