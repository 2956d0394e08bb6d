import { readFile } from "node:fs/promises";
import { join } from "node:path";
import { CheckpointError } from "../errors/index.js";
import { type LockOwner, releaseLock, takeLock } from "./folder-lock.js";
import { listDifferences } from "./list-differences.js";
import { makeFolder } from "./make-folder.js";
import { writeWhole } from "./write-whole.js";

/**
 * Names the process that trains in a folder. One that was killed leaves it behind, and a training that failed until its
 * process ends; then it is ignored.
 */
const lockName = "training.lock";

/** Differing fields that an error names. */
const mostNamed = 6;

/**
 * Makes a run's folder this process's own: writes `config.json`, or checks that the one in place says the same.
 *
 * @param complete Makes of the configuration in place what it would be now: fills in what an older version did not say
 *   yet, for one. Throws where it can not. Default: it stays as it is.
 * @throws CheckpointError when the folder cannot be written, holds a run of another configuration, or another process
 * of this machine is training there.
 */
export async function claimFolder(
  folder: string,
  config: unknown,
  complete: (stored: unknown) => unknown = (stored) => stored,
): Promise<void> {
  const path = join(folder, "config.json");
  const text = `${JSON.stringify(config, null, 2)}\n`;
  const existing = await readIfThere(path);
  if (existing !== undefined && existing !== text) {
    const differences = compareWith(existing, JSON.parse(text), complete);
    if (differences.length > 0) {
      const more = differences.length > mostNamed ? [`and ${differences.length - mostNamed} more`] : [];
      const named = [...differences.slice(0, mostNamed), ...more].join("; ");
      throw new CheckpointError(
        "core",
        `${folder} holds a run of another configuration (${path}): ${named}. Use the same configuration to go on with it, or another --out.`,
      );
    }
  }
  const lock = join(folder, lockName);
  let other: LockOwner | undefined;
  try {
    await makeFolder(folder);
    other = await takeLock(lock);
  } catch (cause) {
    const reason = cause instanceof Error ? cause.message : String(cause);
    throw new CheckpointError("core", `cannot write ${path}: ${reason}. Choose another --out.`, { cause });
  }
  if (other !== undefined) {
    throw new CheckpointError(
      "core",
      `process ${other.pid} is training in ${folder}. Wait for it, or choose another --out; if it is none of yours, delete ${lock}.`,
    );
  }
  if (existing !== text) await writeWhole(path, Buffer.from(text));
}

/** Lets other processes train in the folder. */
export const releaseFolder = (folder: string): Promise<void> => releaseLock(join(folder, lockName));

/** In which fields a stored configuration is another one. */
function compareWith(existing: string, config: unknown, complete: (stored: unknown) => unknown): string[] {
  try {
    return listDifferences(complete(JSON.parse(existing)), config);
  } catch (error) {
    return [`it cannot be read (${error instanceof Error ? error.message : String(error)})`];
  }
}

const readIfThere = (path: string) => readFile(path, "utf8").catch(() => undefined);
