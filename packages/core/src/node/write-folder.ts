import { open, rename, rm } from "node:fs/promises";
import { dirname, join } from "node:path";
import { CheckpointError } from "../errors/index.js";
import { makeFolder } from "./make-folder.js";

/**
 * Writes a folder so that it appears complete or not at all: into a neighbour first, flushed to disk,
 * then renamed.
 *
 * @param path Must not exist.
 * @throws CheckpointError when the disk is full, the place is not writable or already taken.
 */
export async function writeFolder(path: string, files: ReadonlyMap<string, Uint8Array>): Promise<void> {
  const partial = `${path}.partial-${process.pid}`;
  try {
    await rm(partial, { recursive: true, force: true });
    await makeFolder(partial);
    for (const [name, bytes] of files) await writeFlushed(join(partial, name), bytes);
    await rename(partial, path);
    await flushFolder(dirname(path));
  } catch (cause) {
    await rm(partial, { recursive: true, force: true }).catch(() => undefined);
    throw new CheckpointError(
      "core",
      `cannot write ${path}: ${describe(cause)}. Free disk space, allow writing there, or choose another --out.`,
      { cause },
    );
  }
}

async function writeFlushed(path: string, bytes: Uint8Array): Promise<void> {
  const file = await open(path, "w");
  try {
    await file.writeFile(bytes);
    await file.sync();
  } finally {
    await file.close();
  }
}

/** Makes the rename durable; some systems cannot open folders, and need not. */
async function flushFolder(path: string): Promise<void> {
  const folder = await open(path, "r").catch(() => undefined);
  await folder?.sync().catch(() => undefined);
  await folder?.close();
}

function describe(cause: unknown): string {
  return cause instanceof Error ? cause.message : String(cause);
}
