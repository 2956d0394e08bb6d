import { createHash } from "node:crypto";
import { readFile, stat } from "node:fs/promises";
import { join, resolve } from "node:path";
import type { Fingerprint, ImageSet, PictureShape } from "../data/index.js";
import { DataError } from "../errors/index.js";
import { checkBackground, decodePicture, type PictureLimits } from "./decode-picture.js";
import { listPictures } from "./list-pictures.js";
import { loadSharp } from "./load-sharp.js";
import { labelByFile, labelByFolder, type PictureLabels } from "./picture-labels.js";

/** Options of {@link imageFolder}. */
export interface ImageFolderOptions extends PictureLimits {
  /** `folders`: the subfolders' names are the classes; else the path of a CSV or JSON file. Default: none. */
  labels?: string;
}

/**
 * The pictures in a folder and its subfolders, in the order of their paths, decoded when they are read.
 *
 * @throws DataError when the folder cannot be read, holds no picture, or a label is missing.
 */
export async function imageFolder(folder: string, options: ImageFolderOptions = {}): Promise<ImageSet> {
  const paths = await listPictures(folder);
  const { labels, ...limits } = options;
  const named = labels === undefined ? undefined : await readLabels(labels, paths);
  return imageFiles({ name: folder, folder, paths, ...limits, ...(named !== undefined && { named }) });
}

/** What {@link imageFiles} reads. */
export interface ImageFilesOptions extends PictureLimits {
  /** What to call the set in messages. */
  name: string;
  /** Where the files are. */
  folder: string;
  /** Relative to the folder. */
  paths: readonly string[];
  /** Labels by file. Default: pictures have none. */
  named?: PictureLabels;
}

/** A set of picture files, in the given order, decoded when they are read. */
export function imageFiles(options: ImageFilesOptions): ImageSet {
  const { name, folder, paths, named, ...limits } = options;
  const pathOf = (index: number) => {
    const path = paths[index];
    if (path === undefined) {
      throw new DataError("core", `${name} has pictures 0 to ${paths.length - 1}, got ${index}.`);
    }
    return join(folder, path);
  };

  function createSet(shape?: PictureShape): ImageSet {
    return {
      name,
      count: paths.length,
      ...(named !== undefined && {
        classNames: named.classNames,
        label: (index: number) => named.labels[index] as number,
      }),
      describe: pathOf,
      async read(index) {
        const path = pathOf(index);
        return decodePicture(await readPictureFile(path), path, shape, limits);
      },
      reshaped(wanted) {
        checkBackground(wanted.background);
        return createSet(wanted);
      },
      computeFingerprint: () => computeFingerprint(options),
    };
  }
  return createSet();
}

async function readPictureFile(path: string): Promise<Buffer> {
  try {
    return await readFile(path);
  } catch (cause) {
    const reason = cause instanceof Error ? cause.message : String(cause);
    throw new DataError("core", `cannot read ${path}: ${reason}.`, { cause });
  }
}

function readLabels(labels: string, paths: readonly string[]): Promise<PictureLabels> | PictureLabels {
  return labels === "folders" ? labelByFolder(paths) : labelByFile(labels, paths);
}

/** Files whose sizes are asked for at once. */
const filesAtOnce = 64;

/** Hashes what decides the decoded pictures: paths, sizes, times of change, labels, limits, decoder. */
async function computeFingerprint(options: ImageFilesOptions): Promise<Fingerprint> {
  const { folder, paths, named, maxPixels, minSide } = options;
  const hash = createHash("sha256");
  const { sharp: decoder, vips } = loadSharp().versions;
  hash.update(JSON.stringify([maxPixels, minSide, decoder, vips, named?.classNames]));
  for (let first = 0; first < paths.length; first += filesAtOnce) {
    const part = paths.slice(first, first + filesAtOnce);
    const facts = await Promise.all(
      part.map(async (path, offset) => {
        const file = await stat(join(folder, path)).catch(() => undefined);
        return [path, file?.size, file?.mtimeMs, named?.labels[first + offset]];
      }),
    );
    hash.update(JSON.stringify(facts));
  }
  return { source: resolve(folder), content: hash.digest("hex") };
}
