import { readdir, realpath, stat } from "node:fs/promises";
import { extname, join } from "node:path";
import { DataError } from "../errors/index.js";

/** Endings of the files that are taken for pictures. */
export const pictureExtensions: ReadonlySet<string> = new Set([
  ".png",
  ".jpg",
  ".jpeg",
  ".webp",
  ".tif",
  ".tiff",
  ".gif",
  ".avif",
  ".svg",
]);

/**
 * The pictures in a folder and its subfolders, as paths relative to it with `/`, in an order that does
 * not depend on the disk. Hidden files and folders are left out, links are followed.
 *
 * @throws DataError when the folder cannot be read or holds no picture.
 */
export async function listPictures(folder: string): Promise<string[]> {
  const found: string[] = [];
  const others = new Map<string, number>();
  /** Folders that lead here, so that a link to one of them does not go round. */
  async function visit(relative: string, above: readonly string[]): Promise<void> {
    const path = join(folder, relative);
    const place = await realpath(path);
    if (above.includes(place)) return;
    const entries = await readdir(path, { withFileTypes: true });
    for (const entry of entries) {
      if (entry.name.startsWith(".")) continue;
      const name = relative === "" ? entry.name : `${relative}/${entry.name}`;
      const kind = entry.isSymbolicLink() ? await stat(join(folder, name)).catch(() => entry) : entry;
      if (kind.isDirectory()) {
        await visit(name, [...above, place]);
        continue;
      }
      const extension = extname(entry.name).toLowerCase();
      if (pictureExtensions.has(extension)) found.push(name);
      else others.set(extension, (others.get(extension) ?? 0) + 1);
    }
  }
  try {
    await visit("", []);
  } catch (cause) {
    const reason = cause instanceof Error ? cause.message : String(cause);
    throw new DataError("core", `cannot read the folder ${folder}: ${reason}. Check its path.`, { cause });
  }
  if (found.length === 0) throw new DataError("core", describeEmpty(folder, others));
  return found.sort();
}

function describeEmpty(folder: string, others: ReadonlyMap<string, number>): string {
  const list = [...pictureExtensions].join(", ");
  const counts = [...others].map(([extension, count]) => `${count} ${extension || "without ending"}`);
  const content = counts.length === 0 ? "nothing" : counts.join(", ");
  return `${folder} must hold pictures (${list}), got ${content}. Give the folder that they are in.`;
}
