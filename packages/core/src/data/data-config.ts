import { z } from "zod";
import { ConfigError } from "../errors/index.js";

/** The section of a run's configuration that says what to train on. */
export const dataSchema = z
  .strictObject({
    /** Name of a data set, for example `mnist`. */
    name: z.string().min(1).optional(),
    /** Folder of pictures, searched with its subfolders, or a pack. */
    folder: z.string().min(1).optional(),
    /** Classes: `folders` takes the subfolders' names, another text is the path of a CSV or JSON file. */
    labels: z.string().min(1).optional(),
    /** How pictures are brought to size. Default: small pictures of a named set are padded, others cover. */
    fit: z.enum(["cover", "contain", "stretch", "pad"]).optional(),
    /** Pixels of the square that pictures are brought to before `crop` takes a part of it. Default: no more than the network takes. */
    loadSize: z.int().min(1).optional(),
    /** Which part of `loadSize` is taken. */
    crop: z.enum(["center", "random"]).default("center"),
    /** Mirror every other picture, left to right. */
    flip: z.boolean().default(false),
    /** Colour under transparent pictures and around small ones, as CSS writes it. Default black. */
    background: z.string().min(1).optional(),
    /** Refuse a set with damaged pictures instead of leaving them out. */
    strict: z.boolean().default(false),
    /** Pictures with more pixels than this are not decoded. */
    maxPixels: z.int().min(1).default(100_000_000),
    /** Pictures with a shorter side than this, in pixels, are left out. */
    minSide: z.int().min(1).default(1),
    /** Keep decoded pictures of a folder on disk. */
    cache: z.boolean().default(true),
    /** Where, instead of the user's cache folder. */
    cacheFolder: z.string().min(1).optional(),
    /** Largest such file, in millions of bytes; larger sets are decoded anew in every epoch. */
    cacheLimitMegabytes: z.number().min(0).default(8000),
  })
  .refine(({ name, folder }) => (name === undefined) !== (folder === undefined), {
    error: "needs either name (a data set) or folder (of pictures), not both",
  });

/** A complete `data` section. */
export type DataConfig = z.output<typeof dataSchema>;

/**
 * Side that pictures are brought to for a network that takes `imageSize`.
 *
 * @throws ConfigError when `loadSize` is smaller.
 */
export function computeLoadSize({ loadSize }: Pick<DataConfig, "loadSize">, imageSize: number): number {
  if (loadSize !== undefined && loadSize < imageSize) {
    throw new ConfigError(
      "core",
      `data.loadSize must be at least the network's imageSize, ${imageSize}, got ${loadSize}. Raise it or leave it out.`,
    );
  }
  return loadSize ?? imageSize;
}
