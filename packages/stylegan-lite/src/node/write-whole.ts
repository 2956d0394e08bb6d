import { rename, rm, writeFile } from "node:fs/promises";
import { CheckpointError } from "@gan/core";

/**
 * Writes a file so that it appears complete or not at all.
 *
 * @throws CheckpointError when it cannot be written.
 */
export async function writeWhole(path: string, bytes: Uint8Array): Promise<void> {
  const partial = `${path}.partial-${process.pid}`;
  try {
    await writeFile(partial, bytes);
    await rename(partial, path);
  } catch (cause) {
    await rm(partial, { force: true });
    throw new CheckpointError("stylegan-lite", `cannot write ${path}: ${(cause as Error).message}.`, {
      cause,
    });
  }
}
