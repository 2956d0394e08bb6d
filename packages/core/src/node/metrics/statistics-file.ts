import { createWriteStream } from "node:fs";
import { readFile, rename, rm } from "node:fs/promises";
import { basename, dirname } from "node:path";
import { pipeline } from "node:stream/promises";
import { z } from "zod";
import { DataError } from "../../errors/index.js";
import type { ExtractorIdentity, FeatureCollection, FeatureMatrix } from "../../metrics/index.js";
import { makeFolder } from "../make-folder.js";
import { ZipArchive } from "../zip-archive.js";
import { decodeNpy, encodeNpy, type NpyArray } from "./npy.js";

/** Values of a covariance that are read at most: 8,192 features. */
const mostBytes = 8 * 8192 ** 2 + 1024;
/** Bytes of features that are read at most. */
const mostFeatureBytes = 4e9;

/** What a file of ours says besides the arrays, as JSON in bytes: `gan.npy`. */
const noteSchema = z.object({
  name: z.string(),
  count: z.int().nonnegative(),
  extractor: z
    .object({ name: z.string(), weightsHash: z.string(), resize: z.enum(["clean", "legacy", "none"]) })
    .optional(),
});

/**
 * Reads statistics as pytorch-fid saves them: an .npz with `mu` [d] and `sigma` [d, d]. Files of
 * {@link writeStatistics} also say what they are of, and may hold features.
 *
 * @throws DataError when the file is damaged or holds something else.
 */
export async function readStatistics(path: string): Promise<FeatureCollection> {
  const bytes = await readFile(path).catch((cause: Error) => {
    throw new DataError("core", `cannot read ${path}: ${cause.message}.`, { cause });
  });
  const archive = await ZipArchive.open(bytes, path);
  const read = async (name: string, most = mostBytes) =>
    decodeNpy(await archive.read(`${name}.npy`, most), `${name} of ${path}`);
  const [mean, covariance] = [await read("mu"), await read("sigma")];
  const size = mean.shape[0] ?? 0;
  if (mean.shape.length !== 1 || covariance.shape.join() !== `${size},${size}` || size < 1) {
    throw new DataError(
      "core",
      `${path} must hold mu [d] and sigma [d, d], got [${mean.shape}] and [${covariance.shape}]. Make it with pytorch-fid or gan metrics stats.`,
    );
  }
  const has = (name: string) => archive.names.includes(`${name}.npy`);
  const note = has("gan") ? readNote(await read("gan"), path) : { name: basename(path), count: 0 };
  const matrix = async (name: string): Promise<FeatureMatrix> => {
    const { shape, values } = await read(name, mostFeatureBytes);
    const [count = 0, width = 0] = shape;
    if (shape.length !== 2) throw new DataError("core", `${name} of ${path} must be [n, d], got [${shape}].`);
    return { values: Float32Array.from(values), count, size: width };
  };
  return {
    name: note.name,
    count: note.count,
    ...(note.extractor !== undefined && { extractor: note.extractor as ExtractorIdentity }),
    statistics: {
      count: note.count,
      size,
      mean: Float64Array.from(mean.values),
      covariance: Float64Array.from(covariance.values),
    },
    ...(has("features") && { features: await matrix("features") }),
    ...(has("logits") && { logits: await matrix("logits") }),
  };
}

function readNote({ values }: NpyArray, path: string): z.output<typeof noteSchema> {
  try {
    return noteSchema.parse(JSON.parse(Buffer.from(values as Uint8Array).toString("utf8")));
  } catch (cause) {
    throw new DataError("core", `${path} has a damaged note on its origin. Make it again.`, { cause });
  }
}

/** Options of {@link writeStatistics}. */
export interface WriteStatisticsOptions {
  /** Also keep the features themselves, for metrics besides FID. Default false. */
  features?: boolean;
}

/**
 * Writes statistics as pytorch-fid reads them, and what they are of. The file appears complete or not
 * at all.
 *
 * @throws DataError when it cannot be written.
 */
export async function writeStatistics(
  path: string,
  collection: FeatureCollection,
  { features = false }: WriteStatisticsOptions = {},
): Promise<void> {
  const { name, count, extractor, statistics } = collection;
  const { size, mean, covariance } = statistics;
  const note = Buffer.from(JSON.stringify({ name, count, extractor }));
  const arrays: Record<string, NpyArray> = {
    mu: { shape: [size], values: mean },
    sigma: { shape: [size, size], values: covariance },
    gan: { shape: [note.length], values: note },
  };
  if (features) {
    for (const key of ["features", "logits"] as const) {
      const matrix = collection[key];
      if (matrix !== undefined) arrays[key] = { shape: [matrix.count, matrix.size], values: matrix.values };
    }
  }
  const { ZipFile } = await import("yazl"); // every command would load it
  const zip = new ZipFile();
  for (const [key, array] of Object.entries(arrays)) {
    zip.addBuffer(encodeNpy(array), `${key}.npy`, { compress: false, mtime: new Date(1980, 0, 1) });
  }
  zip.end();
  const partial = `${path}.partial-${process.pid}`;
  try {
    await makeFolder(dirname(path));
    await pipeline(zip.outputStream, createWriteStream(partial));
    await rename(partial, path);
  } catch (cause) {
    await rm(partial, { force: true });
    throw new DataError("core", `cannot write ${path}: ${(cause as Error).message}. Choose another file.`, {
      cause,
    });
  }
}
