import { createHash } from "node:crypto";
import { rm, statfs } from "node:fs/promises";
import { basename, dirname, join } from "node:path";
import type { PictureShape, UniformImageSet } from "../data/index.js";
import { isUnreadable } from "../data/picture-stream.js";
import { DataError } from "../errors/index.js";
import { findCacheFolder } from "./cache-folder.js";
import { makeFolder } from "./make-folder.js";
import { openPack, type Pack } from "./open-pack.js";
import { PackWriteError, writePack } from "./write-pack.js";

/** Where and how much may be kept of decoded pictures. */
export interface CacheOptions {
  /** Default: `$GAN_CACHE_FOLDER`, else `gan` in the user's cache folder. */
  folder?: string;
  /** Larger sets are not kept. Default 8 GB. */
  limitBytes?: number;
}

interface CacheSettings extends CacheOptions {
  strict: boolean;
  onWarning: (message: string) => void;
  onProgress?: (done: number, count: number) => void;
}

/** What a cache was made from, and in which shape. */
interface CacheKey {
  source: string;
  content: string;
  shape: PictureShape;
}

const defaultLimitBytes = 8e9;

/** What must stay free on the disk, as a share of what is written. */
const spareShare = 0.1;

/**
 * The same pictures from a packed file, which is made when it does not exist, does not fit any more or is
 * damaged. When it cannot be made, the pictures are decoded each time, and a warning says why. There is
 * one file for each source and shape.
 */
export async function openCache(
  direct: UniformImageSet,
  key: CacheKey,
  settings: CacheSettings,
): Promise<UniformImageSet> {
  const { limitBytes = defaultLimitBytes, strict, onWarning, onProgress } = settings;
  const { name, count, height, width, channels } = direct;
  const folder = settings.folder ?? findCacheFolder();
  const bytes = count * height * width * channels;
  if (bytes > limitBytes) {
    onWarning(
      `${name} would take ${formatBytes(bytes)} decoded, over the cache's limit of ${formatBytes(limitBytes)}: its pictures are decoded in every epoch.`,
    );
    return direct;
  }
  const fingerprint = computeHash([key.content, key.shape]);
  const place = computeHash([key.source, key.shape]).slice(0, 16);
  const path = join(folder, `${basename(key.source).replaceAll(/[^\w.-]/g, "_")}-${place}.pack`);
  const existing = await openExisting(path, fingerprint, onWarning);
  if (existing !== undefined) return checkStrict(withFallback(existing, path, direct, onWarning), strict);
  try {
    await checkFreeSpace(path, bytes);
    const progress = onProgress === undefined ? {} : { onProgress };
    await writePack(path, direct, { height, width, channels, fingerprint, strict, ...progress });
    return withFallback(await openPack(path), path, direct, onWarning);
  } catch (error) {
    if (!(error instanceof PackWriteError)) throw error;
    onWarning(`${error.message} Its pictures are decoded in every epoch, which is slower.`);
    return direct;
  }
}

/** Refuses before the disk is filled. */
async function checkFreeSpace(path: string, bytes: number): Promise<void> {
  const folder = dirname(path);
  // A folder that cannot be made or asked is reported when the file is written.
  await makeFolder(folder).catch(() => undefined);
  const disk = await statfs(folder).catch(() => undefined);
  const free = disk === undefined ? bytes * 2 : disk.bavail * disk.bsize;
  if (free >= bytes * (1 + spareShare)) return;
  throw new PackWriteError(
    "core",
    `cannot write ${path}: it needs ${formatBytes(bytes)}, but ${formatBytes(free)} are free. Free disk space, or choose another cache folder.`,
  );
}

async function openExisting(
  path: string,
  fingerprint: string,
  onWarning: (message: string) => void,
): Promise<Pack | undefined> {
  let pack: Pack;
  try {
    pack = await openPack(path);
  } catch (error) {
    const { code = "" } = ((error as Error).cause ?? {}) as NodeJS.ErrnoException;
    if (!["ENOENT", "ENOTDIR"].includes(code)) onWarning(`${(error as Error).message} It is made again.`);
    return undefined;
  }
  if (pack.fingerprint === fingerprint) return pack;
  await pack.close();
  return undefined;
}

function checkStrict(set: UniformImageSet, strict: boolean): UniformImageSet {
  const { count, examples } = set.skipped;
  if (!strict || count === 0) return set;
  void set.close();
  throw new DataError("core", `${count} pictures of ${set.name} cannot be read. The first: ${examples[0]}`);
}

/** Decodes a picture anew when its copy is damaged, and has the cache made again next time. */
function withFallback(
  pack: Pack,
  path: string,
  direct: UniformImageSet,
  onWarning: (message: string) => void,
): UniformImageSet {
  let isDamaged = false;
  const { close, skipped, height, width, channels } = pack;
  return {
    ...direct,
    height,
    width,
    channels,
    skipped,
    close,
    async read(index) {
      try {
        return await pack.read(index);
      } catch (error) {
        if (!isUnreadable(error) || pack.isSkipped(index)) throw error;
        if (!isDamaged) {
          isDamaged = true;
          onWarning(`${error.message} Its pictures are decoded anew where needed.`);
          await rm(path, { force: true }).catch(() => undefined);
        }
        return direct.read(index);
      }
    },
  };
}

const computeHash = (value: unknown) => createHash("sha256").update(JSON.stringify(value)).digest("hex");

const formatBytes = (bytes: number) =>
  bytes < 1e9 ? `${(bytes / 1e6).toFixed(1)} MB` : `${(bytes / 1e9).toFixed(1)} GB`;
