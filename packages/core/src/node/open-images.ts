import {
  computeLoadSize,
  type DataConfig,
  type ImageSet,
  type PictureShape,
  type SizedImageSet,
  type UniformImageSet,
} from "../data/index.js";
import { ConfigError } from "../errors/index.js";
import { imageFolder } from "./image-folder.js";
import { createUniformSet, type PrepareImagesOptions, prepareImages } from "./prepare-images.js";

/** Options of {@link openImages}. */
export interface OpenImagesOptions extends Pick<PrepareImagesOptions, "onWarning" | "onProgress"> {
  /** Side of the square pictures that the network takes. */
  imageSize: number;
  channels: PictureShape["channels"];
  /** Opens a data set by its name. */
  openNamed: (name: string) => Promise<ImageSet>;
}

/**
 * Opens what the `data` section of a configuration names, in one size: a folder of pictures, or a named
 * set, whose pictures are left as they are if they are small enough: batches centre them.
 *
 * @returns A set for `imageBatches`, to be closed after use.
 * @throws DataError when it cannot be read.
 */
export async function openImages(data: DataConfig, options: OpenImagesOptions): Promise<UniformImageSet> {
  const { imageSize, channels, openNamed, onWarning, onProgress } = options;
  const size = computeLoadSize(data, imageSize);
  const set = await openSet(data, openNamed);
  if (isReady(set, data, size, channels)) {
    return createUniformSet(set, set, (index) => set.read(index));
  }
  const { fit, background, strict, cacheFolder, cacheLimitMegabytes } = data;
  const isSmall = isSized(set) && set.height <= size && set.width <= size;
  const chosenFit = fit ?? (isSmall ? "pad" : "cover");
  return prepareImages(set, {
    height: size,
    width: size,
    channels,
    fit: chosenFit,
    strict,
    ...(background !== undefined && { background }),
    cache: data.cache && {
      limitBytes: cacheLimitMegabytes * 1e6,
      ...(cacheFolder !== undefined && { folder: cacheFolder }),
    },
    ...(onWarning !== undefined && { onWarning }),
    ...(onProgress !== undefined && { onProgress }),
  });
}

async function openSet(
  data: DataConfig,
  openNamed: OpenImagesOptions["openNamed"],
): Promise<ImageSet | SizedImageSet> {
  const { name, folder, labels, maxPixels, minSide } = data;
  if (folder !== undefined) {
    return imageFolder(folder, { maxPixels, minSide, ...(labels !== undefined && { labels }) });
  }
  if (labels !== undefined) {
    throw new ConfigError(
      "core",
      `data.labels is for folders, got it for the set ${name}. Leave it out: a named set has its own.`,
    );
  }
  return openNamed(name as string);
}

const isSized = (set: ImageSet): set is SizedImageSet => "height" in set && "width" in set;

/** Whether batches can take the pictures as they are. */
function isReady(
  set: ImageSet,
  { fit = "pad", background, loadSize }: DataConfig,
  size: number,
  channels: PictureShape["channels"],
): set is SizedImageSet {
  if (!isSized(set) || (channels !== "auto" && set.channels !== channels)) return false;
  if (set.height === size && set.width === size) return true;
  const isBlack = background === undefined || background === "black";
  return fit === "pad" && isBlack && loadSize === undefined && set.height <= size && set.width <= size;
}
