import {
  type ImageSet,
  MixedChannelsError,
  type PictureShape,
  type PixelImage,
  SkippedPictures,
  type UniformImageSet,
} from "../data/index.js";
import { isUnreadable } from "../data/picture-stream.js";
import { ConfigError, DataError } from "../errors/index.js";
import { checkBackground, reshapePicture } from "./decode-picture.js";
import { type CacheOptions, openCache } from "./packed-cache.js";

/** Options of {@link prepareImages}. */
export interface PrepareImagesOptions extends PictureShape {
  /** Where decoded pictures are kept; false decodes them whenever they are read. Default: the user's cache folder. */
  cache?: CacheOptions | false;
  /** Refuse pictures that cannot be read instead of leaving them out. Default false. */
  strict?: boolean;
  /** Hears what went wrong without ending the work, as sentences. */
  onWarning?: (message: string) => void;
  /** Hears how many pictures are in the cache while it is made. */
  onProgress?: (done: number, count: number) => void;
}

/**
 * Brings the pictures of a set to one size, with Lanczos resampling. Those of files are decoded once, into a
 * packed file on disk, when that fits and can be written; otherwise whenever they are read. The pictures
 * are the same either way.
 *
 * @returns A set to be closed after use.
 * @throws DataError when no picture can be read, one cannot and `strict` is set, or grey and colour are mixed.
 */
export async function prepareImages(set: ImageSet, options: PrepareImagesOptions): Promise<UniformImageSet> {
  const { cache = {}, strict = false, onWarning = () => {}, onProgress } = options;
  checkBackground(options.background);
  const { height, width } = options;
  if (!(Number.isInteger(height) && Number.isInteger(width) && height > 0 && width > 0)) {
    throw new ConfigError("core", `pictures need a size in whole pixels, got ${height}×${width}.`);
  }
  const shape = chooseShape(options);
  const read = readerOf(set, shape);
  const channels = shape.channels === "auto" ? await findChannels(set, read, strict) : shape.channels;
  const direct = createUniformSet(set, { height, width, channels }, read);
  if (cache === false || set.computeFingerprint === undefined) return direct;
  const fingerprint = await set.computeFingerprint();
  const settings = { ...cache, strict, onWarning, ...(onProgress !== undefined && { onProgress }) };
  return openCache(direct, { source: fingerprint.source, content: fingerprint.content, shape }, settings);
}

function chooseShape({ height, width, channels, fit, background }: PrepareImagesOptions): PictureShape {
  return {
    height,
    width,
    channels,
    ...(fit !== undefined && { fit }),
    ...(background !== undefined && { background }),
  };
}

type Read = (index: number) => Promise<PixelImage>;

/** Reads pictures in a shape, by the set itself if it can. */
function readerOf(set: ImageSet, shape: PictureShape): Read {
  const own = set.reshaped?.(shape);
  if (own !== undefined) return (index) => own.read(index);
  return async (index) => reshapePicture(await set.read(index), shape);
}

/** Decides `auto` by the first picture that can be read. */
async function findChannels(set: ImageSet, read: Read, strict: boolean): Promise<number> {
  let first: DataError | undefined;
  for (let index = 0; index < set.count; index++) {
    try {
      return (await read(index)).channels;
    } catch (error) {
      if (strict || !isUnreadable(error)) throw error;
      first ??= error;
    }
  }
  throw new DataError(
    "core",
    `none of the ${set.count} pictures of ${set.name} can be read. The first: ${first?.message}`,
    { cause: first },
  );
}

/** A set whose pictures are all of one size, as `decode` gives them. */
export function createUniformSet(
  set: ImageSet,
  sizes: { height: number; width: number; channels: number },
  decode: (index: number) => Promise<PixelImage>,
): UniformImageSet {
  const { name, count, classNames } = set;
  const { height, width, channels } = sizes;
  const skipped = new SkippedPictures();

  async function read(index: number): Promise<PixelImage> {
    let picture: PixelImage;
    try {
      picture = await decode(index);
    } catch (error) {
      if (isUnreadable(error)) skipped.add(index, error.message);
      throw error;
    }
    if (picture.channels === channels) return picture;
    const kinds = picture.channels === 1 ? ["grey", "in colour"] : ["in colour", "grey"];
    throw new MixedChannelsError(
      "core",
      `the pictures of ${name} must all be grey or all be in colour: ${set.describe(index)} is ${kinds[0]}, others are ${kinds[1]}. Set channels to 1 or 3 to convert them.`,
    );
  }

  return {
    name,
    count,
    height,
    width,
    channels,
    skipped,
    ...(classNames !== undefined && { classNames }),
    ...(set.label !== undefined && { label: (index: number) => set.label?.(index) as number }),
    describe: (index) => set.describe(index),
    read,
    close: async () => {},
  };
}
