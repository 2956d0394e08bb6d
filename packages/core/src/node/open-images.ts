import { stat } from "node:fs/promises";
import {
  computeLoadSize,
  type DataConfig,
  type ImageSet,
  listSetOptions,
  type NamedSetOptions,
  type PictureShape,
  type SizedImageSet,
  type UniformImageSet,
} from "../data/index.js";
import { ConfigError } from "../errors/index.js";
import { imageFolder } from "./image-folder.js";
import { openPack } from "./open-pack.js";
import { createUniformSet, type PrepareImagesOptions, prepareImages } from "./prepare-images.js";

/** Options of {@link openImages}. */
export interface OpenImagesOptions extends Pick<PrepareImagesOptions, "onWarning" | "onProgress"> {
  /** Side of the square pictures that the network takes. */
  imageSize: number;
  /** Channels that pictures are brought to. */
  channels: PictureShape["channels"];
  /** Opens a data set by its name, with what the `data` section asks of it. */
  openNamed: (name: string, options: NamedSetOptions) => Promise<ImageSet>;
  /** Sees the set before it is brought to size, and may throw. */
  inspect?: ((set: ImageSet) => void) | undefined;
}

/**
 * Opens what the `data` section of a configuration names, in one size: a folder of pictures, a pack, or a
 * named set. Pictures of the last two are left as they are if they are small enough: batches centre them.
 *
 * @returns A set for `imageBatches`, to be closed after use.
 * @throws DataError when it cannot be read.
 */
export async function openImages(data: DataConfig, options: OpenImagesOptions): Promise<UniformImageSet> {
  const set = await openSet(data, options);
  options.inspect?.(set);
  return prepareForBatches(set, data, options);
}

/** Batches together with the pictures that they are made of: what was left out, the classes, how to close. */
export function bindImages<Batches extends object>(batches: Batches, images: UniformImageSet) {
  const { skipped, classNames } = images;
  const close = () => images.close();
  return { ...batches, skipped, close, ...(classNames !== undefined && { classNames }) };
}

/** Brings a set to the size and the channels that batches take it in. */
export async function prepareForBatches(
  set: ImageSet,
  data: Omit<DataConfig, "labels">,
  options: Omit<OpenImagesOptions, "openNamed" | "inspect">,
): Promise<UniformImageSet> {
  const { imageSize, channels, onWarning, onProgress } = options;
  const size = computeLoadSize(data, imageSize);
  if (isReady(set, data, size, channels)) {
    return isUniform(set) ? set : createUniformSet(set, set, (index) => set.read(index));
  }
  const { fit, background, strict, cacheFolder, cacheLimitMegabytes } = data;
  const isSmall = isSized(set) && set.height <= size && set.width <= size;
  const prepared = await prepareImages(set, {
    height: size,
    width: size,
    channels,
    fit: fit ?? (isSmall ? "pad" : "cover"),
    strict,
    ...(background !== undefined && { background }),
    cache: data.cache && {
      limitBytes: cacheLimitMegabytes * 1e6,
      ...(cacheFolder !== undefined && { folder: cacheFolder }),
    },
    ...(onWarning !== undefined && { onWarning }),
    ...(onProgress !== undefined && { onProgress }),
  });
  if (!isUniform(set)) return prepared;
  return { ...prepared, close: async () => void (await Promise.all([prepared.close(), set.close()])) };
}

async function openSet(
  data: DataConfig,
  { openNamed, imageSize }: Pick<OpenImagesOptions, "openNamed" | "imageSize">,
): Promise<ImageSet> {
  const { name, folder, labels, maxPixels, minSide } = data;
  const isPack = folder !== undefined && (await isFile(folder));
  if (folder !== undefined && !isPack) {
    return imageFolder(folder, { maxPixels, minSide, ...(labels !== undefined && { labels }) });
  }
  if (labels !== undefined) {
    throw new ConfigError(
      "core",
      `data.labels is for folders of pictures, got it for ${folder ?? name}, which has its own. Leave it out.`,
    );
  }
  return isPack ? openPack(folder) : openNamed(name as string, listSetOptions(data, imageSize));
}

const isFile = async (path: string) => (await stat(path).catch(() => undefined))?.isFile() ?? false;

const isUniform = (set: ImageSet): set is UniformImageSet => isSized(set) && "close" in set;

const isSized = (set: ImageSet): set is SizedImageSet => "height" in set && "width" in set;

/** Whether batches can take the pictures as they are. */
function isReady(
  set: ImageSet,
  { fit = "pad", background, loadSize }: Omit<DataConfig, "labels">,
  size: number,
  channels: PictureShape["channels"],
): set is SizedImageSet {
  if (!isSized(set) || (channels !== "auto" && set.channels !== channels)) return false;
  if (set.height === size && set.width === size) return true;
  const isBlack = background === undefined || background === "black";
  return fit === "pad" && isBlack && loadSize === undefined && set.height <= size && set.width <= size;
}
