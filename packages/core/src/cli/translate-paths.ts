import { readFile, stat } from "node:fs/promises";
import { basename, extname, join, resolve } from "node:path";
import { ConfigError, DataError } from "../errors/index.js";
import { listPictures } from "../node/index.js";

/** Stands for standard input or output among paths. */
export const standardStream = "-";

/** A picture to read and where its translation goes. */
export interface PlannedTranslation {
  from: string;
  to: string;
}

/** Endings in which pictures can be written. */
const writable = [".png", ".webp", ".jpg", ".jpeg"];

/**
 * Says which pictures are read and where each goes: the pictures of a folder keep their names and
 * subfolders; those of a format that cannot be written become PNG.
 *
 * @throws ConfigError when `out` does not fit the number of pictures, a picture would be overwritten by its
 *   translation, or two would be written to one place.
 * @throws DataError when a source is missing or a folder holds no picture.
 */
export async function planTranslations(
  sources: readonly string[],
  out: string,
): Promise<PlannedTranslation[]> {
  const found = await Promise.all(sources.map(findPictures));
  const pictures = found.flatMap(({ pictures }) => pictures);
  const isSingle = sources.length === 1 && found[0]?.isFolder === false;
  if (out === standardStream && !isSingle) {
    throw new ConfigError(
      "core",
      `standard output takes one picture, got ${pictures.length}. Give --out a folder.`,
    );
  }
  const isFile = isSingle && (out === standardStream || writable.includes(extname(out).toLowerCase()));
  if (!isSingle && writable.includes(extname(out).toLowerCase())) {
    throw new ConfigError("core", `--out must be a folder for ${pictures.length} pictures, got ${out}.`);
  }
  const plan = pictures.map(({ from, name }) => ({
    from,
    to: isFile ? out : join(out, nameTranslation(name)),
  }));
  const targets = new Map<string, string>();
  const originals = new Set(pictures.map(({ from }) => resolve(from)));
  for (const { from, to } of plan) {
    if (to === standardStream) continue;
    const place = resolve(to);
    const other = targets.get(place);
    if (other !== undefined) {
      throw new ConfigError(
        "core",
        `${other} and ${from} would both become ${to}. Translate them into two folders.`,
      );
    }
    if (originals.has(place)) {
      throw new ConfigError("core", `${to} would be overwritten by a translation. Choose another --out.`);
    }
    targets.set(place, from);
  }
  return plan;
}

/** A picture's name, with an ending in which it can be written. */
function nameTranslation(name: string): string {
  const extension = extname(name);
  if (writable.includes(extension.toLowerCase())) return name;
  return `${name.slice(0, name.length - extension.length)}.png`;
}

async function findPictures(source: string) {
  if (source === standardStream)
    return { isFolder: false, pictures: [{ from: source, name: "standard-input.png" }] };
  const found = await stat(source).catch((cause: Error) => {
    throw new DataError("core", `cannot read ${source}: ${cause.message}. Check its path.`, { cause });
  });
  if (!found.isDirectory()) return { isFolder: false, pictures: [{ from: source, name: basename(source) }] };
  const paths = await listPictures(source);
  return { isFolder: true, pictures: paths.map((path) => ({ from: join(source, path), name: path })) };
}

/** The bytes of a file or of standard input. */
export async function readSource(from: string): Promise<Buffer> {
  if (from === standardStream) {
    const parts: Buffer[] = [];
    for await (const part of process.stdin) parts.push(part as Buffer);
    return Buffer.concat(parts);
  }
  return readFile(from).catch((cause: Error) => {
    throw new DataError("core", `cannot read ${from}: ${cause.message}.`, { cause });
  });
}
