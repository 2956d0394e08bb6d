import { createHash } from "node:crypto";
import { createReadStream } from "node:fs";
import { open, rename, rm, stat } from "node:fs/promises";
import { dirname } from "node:path";
import { DataError } from "../../errors/index.js";
import { makeFolder } from "../make-folder.js";

/** Options of {@link download}. */
export interface DownloadOptions {
  /** How the file's SHA-256 must begin. */
  hashPrefix: string;
  /** Refuse a file of more bytes. */
  maxBytes: number;
  onProgress?: ((bytes: number, total: number) => void) | undefined;
  /** Give up after so long without a byte. Default 30,000. */
  stallMillis?: number | undefined;
}

/**
 * Fetches a file once: what is there already is only verified, and what was cut off goes on from where it
 * stopped. It gets its name only when it is whole and its SHA-256 is right.
 *
 * @param path Where to put it; the folder is made.
 * @throws DataError when the server refuses, the connection breaks, or the file is another one.
 */
export async function download(url: string, path: string, options: DownloadOptions): Promise<void> {
  const { hashPrefix } = options;
  if (await isFile(path)) {
    if ((await hashFile(path)).startsWith(hashPrefix)) return;
    await rm(path);
  }
  await makeFolder(dirname(path));
  const partial = `${path}.partial`;
  const remedy = `The same command goes on from there; or fetch ${url} in another way, and give the file by its path.`;
  try {
    await receive(url, partial, options);
  } catch (cause) {
    if (cause instanceof DataError) throw cause;
    const bytes = await sizeOf(partial);
    throw new DataError(
      "core",
      `${url} could not be fetched: ${explain(cause)}. ${bytes} bytes are kept. ${remedy}`,
      {
        cause,
      },
    );
  }
  const hash = await hashFile(partial);
  if (!hash.startsWith(hashPrefix)) {
    await rm(partial);
    throw new DataError(
      "core",
      `${url} gave a file whose SHA-256 must begin with ${hashPrefix}, got ${hash.slice(0, 16)}…: it is not used, and removed. Fetch it again, or from another place.`,
    );
  }
  await rename(partial, path);
}

/** Appends to `partial` what it lacks. */
async function receive(url: string, partial: string, options: DownloadOptions): Promise<void> {
  const { maxBytes, onProgress, stallMillis = 30_000 } = options;
  const controller = new AbortController();
  const giveUp = () => controller.abort(new Error(`nothing came for ${stallMillis / 1000} s`));
  let timer = setTimeout(giveUp, stallMillis);
  try {
    let done = await sizeOf(partial);
    const ask = (from: number) =>
      fetch(url, { signal: controller.signal, headers: from > 0 ? { range: `bytes=${from}-` } : {} });
    let response = await ask(done);
    const isContinued = response.status === 206 && startOf(response) === done;
    if (done > 0 && !isContinued && response.status !== 200) {
      // What is kept is more than there is, or the server cannot go on: from the beginning.
      await response.body?.cancel();
      response = await ask(0);
    }
    if (!response.ok || response.body === null) throw refusal(url, response);
    if (!isContinued) done = 0;
    const total = done + Number(response.headers.get("content-length") ?? 0);
    const file = await open(partial, isContinued ? "a" : "w");
    try {
      for await (const chunk of response.body) {
        clearTimeout(timer);
        timer = setTimeout(giveUp, stallMillis);
        await file.write(chunk);
        done += chunk.length;
        if (done > maxBytes)
          throw new DataError("core", `${url} gave more than ${maxBytes} bytes: another file.`);
        onProgress?.(done, total);
      }
    } finally {
      await file.close();
    }
    if (done < total) throw new Error(`the connection ended after ${done} of ${total} bytes`);
  } finally {
    clearTimeout(timer);
  }
}

/** The first byte of a part that a server gave. */
const startOf = (response: Response) =>
  Number(/^bytes (\d+)-/.exec(response.headers.get("content-range") ?? "")?.[1]);

const refusal = (url: string, { status, statusText }: Response) =>
  new DataError(
    "core",
    `${url} answered ${status} ${statusText}. Fetch the file from another place, and give it by its path.`,
  );

async function hashFile(path: string): Promise<string> {
  const hash = createHash("sha256");
  for await (const chunk of createReadStream(path)) hash.update(chunk);
  return hash.digest("hex");
}

const isFile = async (path: string) => (await stat(path).catch(() => undefined))?.isFile() ?? false;

const sizeOf = async (path: string) => (await stat(path).catch(() => undefined))?.size ?? 0;

/** fetch hides the reason beneath "fetch failed" or "terminated". */
function explain(error: unknown): string {
  const { message, cause } = error as Error;
  return cause instanceof Error ? `${message} (${cause.message})` : message;
}
