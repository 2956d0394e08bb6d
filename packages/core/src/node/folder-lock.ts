import { readFile, rename, rm, stat, writeFile } from "node:fs/promises";
import { hostname } from "node:os";
import { setTimeout } from "node:timers/promises";
import { isAlive } from "./is-alive.js";

/** A process, and the machine that it runs on. */
export interface LockOwner {
  pid: number;
  host: string;
}

/** Between two looks at a file that another process is about to write or to delete. */
const pauseMillis = 20;
/** A file that says nothing for so long was left by a process that died while it wrote. */
const patienceMillis = 2000;

/**
 * Takes a lock that only one process can have: the file is created only where there is none. One that a dead process of
 * this machine left, or that is of another machine and so tells nothing, is replaced; of several that want to replace it
 * one does.
 *
 * @param path The lock's file, in a folder that exists.
 * @param own Who asks. A lock that it has already is its own.
 * @param isRunning Whether a process of this machine lives.
 * @returns Nothing when the lock was taken, else who has it.
 */
export async function takeLock(
  path: string,
  own: LockOwner = { pid: process.pid, host: hostname() },
  isRunning: (pid: number) => boolean = isAlive,
): Promise<LockOwner | undefined> {
  const text = `${own.pid} ${own.host}\n`;
  const takeover = `${path}.takeover`;
  /** Who has the lock and keeps it; `own`, `nobody` whose lock would count, or `gone`, the file. */
  const readHolder = async (): Promise<LockOwner | "own" | "nobody" | "gone"> => {
    const owner = await readOwner(path);
    if (owner === "nobody" || owner === "gone" || owner.host !== own.host) {
      return owner === "gone" ? "gone" : "nobody";
    }
    if (owner.pid === own.pid) return "own";
    return isRunning(owner.pid) ? owner : "nobody";
  };
  for (;;) {
    if (await createOnly(path, text)) return undefined;
    const holder = await readHolder();
    if (holder === "own") return undefined;
    if (holder === "gone") continue;
    if (holder !== "nobody") return holder;
    if (!(await createOnly(takeover, text))) {
      await setTimeout(pauseMillis);
      if (await isOld(takeover)) await rm(takeover, { force: true });
      continue;
    }
    try {
      if ((await readHolder()) !== "nobody") continue; // somebody was faster
      const written = `${path}.${own.pid}`;
      await writeFile(written, text);
      await rename(written, path); // never absent, so that nobody creates it meanwhile
      return undefined;
    } finally {
      await rm(takeover, { force: true });
    }
  }
}

/** Gives a lock back. */
export const releaseLock = (path: string): Promise<void> => rm(path, { force: true });

/** Writes a file that is not there yet, and tells whether it did. */
async function createOnly(path: string, text: string): Promise<boolean> {
  try {
    await writeFile(path, text, { flag: "wx" });
    return true;
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === "EEXIST") return false;
    throw error;
  }
}

/** Whose a lock is; waits for one that is being written. */
async function readOwner(path: string): Promise<LockOwner | "nobody" | "gone"> {
  for (;;) {
    const text = await readFile(path, "utf8").catch(() => undefined);
    const [pid = "", host = ""] = (text ?? "").trim().split(" ");
    if (text?.endsWith("\n") && host !== "") return { pid: Number(pid), host };
    if (text === undefined) return "gone";
    if (await isOld(path)) return "nobody";
    await setTimeout(pauseMillis);
  }
}

/** Whether a file is there, and nobody has written it for longer than writing takes. */
async function isOld(path: string): Promise<boolean> {
  const facts = await stat(path).catch(() => undefined);
  return facts !== undefined && Date.now() - facts.mtimeMs > patienceMillis;
}
