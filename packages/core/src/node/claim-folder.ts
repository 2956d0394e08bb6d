import { readFile, rm, writeFile } from "node:fs/promises";
import { hostname } from "node:os";
import { join } from "node:path";
import { CheckpointError } from "../errors/index.js";
import { isAlive } from "./is-alive.js";
import { makeFolder } from "./make-folder.js";

/**
 * Names the process that trains in a folder. One that was killed leaves it behind, and a training that failed until its
 * process ends; then it is ignored.
 */
const lockName = "training.lock";

/**
 * Makes a run's folder this process's own: writes `config.json`, or checks that the one in place says the same.
 *
 * @throws CheckpointError when the folder cannot be written, holds a run of another configuration, or another process
 * of this machine is training there.
 */
export async function claimFolder(folder: string, config: unknown): Promise<void> {
  const path = join(folder, "config.json");
  const text = `${JSON.stringify(config, null, 2)}\n`;
  const existing = await readIfThere(path);
  if (existing !== undefined && existing !== text) {
    throw new CheckpointError(
      "core",
      `${folder} holds a run of another configuration (see ${path}). Use the same configuration to go on with it, or another --out.`,
    );
  }
  await refuseOthers(folder);
  try {
    await makeFolder(folder);
    await writeFile(join(folder, lockName), `${process.pid} ${hostname()}\n`);
    if (existing === undefined) await writeFile(path, text);
  } catch (cause) {
    const reason = cause instanceof Error ? cause.message : String(cause);
    throw new CheckpointError("core", `cannot write ${path}: ${reason}. Choose another --out.`, { cause });
  }
}

/** Lets other processes train in the folder. */
export const releaseFolder = (folder: string): Promise<void> => rm(join(folder, lockName), { force: true });

async function refuseOthers(folder: string): Promise<void> {
  const lock = join(folder, lockName);
  const [owner = "", host] = ((await readIfThere(lock)) ?? "").trim().split(" ");
  if (host !== hostname() || Number(owner) === process.pid || !isAlive(Number(owner))) return;
  throw new CheckpointError(
    "core",
    `process ${owner} is training in ${folder}. Wait for it, or choose another --out; if it is none of yours, delete ${lock}.`,
  );
}

const readIfThere = (path: string) => readFile(path, "utf8").catch(() => undefined);
