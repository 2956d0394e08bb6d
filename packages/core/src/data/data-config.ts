import { z } from "zod";
import { ConfigError } from "../errors/index.js";

/** Channels of the pictures in files: 1 for grey, 3 for RGB, 4 with alpha. */
export const pictureChannelsSchema = z.int().pipe(z.literal([1, 3, 4], { error: "must be 1, 3 or 4" }));

/** What every kind of data is told. */
const fields = {
  /** Name of a data set, for example `mnist`. */
  name: z.string().min(1).optional(),
  /** Folder of pictures, searched with its subfolders, or a pack. */
  folder: z.string().min(1).optional(),
  /** What a named set itself can be asked for: which part, how many, with which labels, from which folder. */
  options: z
    .strictObject({
      /** Default `train`. */
      split: z.enum(["train", "test", "all"]).optional(),
      /** Pictures to draw, for sets that are drawn, such as avatars. */
      count: z.int().min(1).optional(),
      /** The drawings' option whose values are the labels, for example `hair`. */
      label: z.string().min(1).optional(),
      /** Folder of the standard files, for sets that are read from them, such as cifar10. */
      folder: z.string().min(1).optional(),
      /** Emoji of people in every skin tone instead of the neutral one only. */
      skinTones: z.boolean().optional(),
    })
    .optional(),
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
};

const requireName = ({ name, options }: { name?: string | undefined; options?: object | undefined }) =>
  options === undefined || name !== undefined;
const nameProblem = { error: "options are those of a named set, and folder names none" };

type SetOptions = NonNullable<DataConfig["options"]>;

/** What a named set is asked for. */
export type NamedSetOptions = { [Name in keyof SetOptions]: Exclude<SetOptions[Name], undefined> } & {
  /** Side at which sets of vector drawings are drawn. */
  imageSize: number;
  background?: string;
};

/** What a `data` section asks of a named set, for a network that takes pictures of `imageSize`. */
export function listSetOptions(
  data: Pick<DataConfig, "options" | "background" | "loadSize">,
  imageSize: number,
): NamedSetOptions {
  const { options, background } = data;
  const given = Object.entries({ ...options, background }).filter(([, value]) => value !== undefined);
  return { ...Object.fromEntries(given), imageSize: computeLoadSize(data, imageSize) };
}

/** A section that names its data in one of two ways. */
const requireSource = ({ name, folder }: { name?: string | undefined; folder?: string | undefined }) =>
  (name === undefined) !== (folder === undefined);
const sourceProblem = { error: "needs either name (a data set) or folder (of pictures), not both" };

/** The section of a run's configuration that says what to train on. */
export const dataSchema = z
  .strictObject({
    ...fields,
    /** Classes: `folders` takes the subfolders' names, another text is the path of a CSV or JSON file. */
    labels: z.string().min(1).optional(),
  })
  .refine(requireSource, sourceProblem)
  .refine(requireName, nameProblem);

/** How a folder holds pairs. */
export const pairLayouts = ["folders", "side-by-side", "edges", "grey", "low-resolution"] as const;

/** The section of a run's configuration for pairs of pictures. */
export const pairDataSchema = z
  .strictObject({
    ...fields,
    /**
     * How a folder holds pairs: `folders` A and B (or input and target) with equal names; `side-by-side`, A
     * left and B right in each picture; or photographs, of which A is made: their `edges`, the same in `grey`,
     * or in `low-resolution`. Default: `folders` where there are such, otherwise `side-by-side`.
     */
    pairs: z.enum(pairLayouts).optional(),
    /** Which side is translated into which. */
    direction: z.enum(["a2b", "b2a"]).default("a2b"),
    /** How many times smaller the picture is made for `low-resolution`. */
    reduction: z.int().min(2).max(32).default(4),
  })
  .refine(requireSource, sourceProblem)
  .refine(requireName, nameProblem);

/** The section of a run's configuration for two domains: a folder holds them as trainA and trainB, or A and B. */
export const domainDataSchema = z
  .strictObject(fields)
  .refine(requireSource, sourceProblem)
  .refine(requireName, nameProblem);

/** A complete `data` section. */
export type DataConfig = z.output<typeof dataSchema>;
/** A complete `data` section for pairs. */
export type PairDataConfig = z.output<typeof pairDataSchema>;
/** A complete `data` section for two domains. */
export type DomainDataConfig = z.output<typeof domainDataSchema>;

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
