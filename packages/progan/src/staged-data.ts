import {
  type BatchOptions,
  ConfigError,
  type ImageBatch,
  imageBatches,
  reduceSet,
  type SizedImageSet,
  stagedBatches,
} from "@gan/core";
import type { ProganConfig } from "./config.js";
import { computeSchedule } from "./schedule.js";

/** The longer side that pictures must have at least, in pixels: more than the level before the last has. */
export const smallestSource = (imageSize: number): number => Math.floor(imageSize / 2) + 1;

/** @throws ConfigError when pictures are no larger than those of the level before the last. */
export function checkSourceSize(
  { name, height, width }: Pick<SizedImageSet, "name" | "height" | "width">,
  imageSize: number,
): void {
  const side = Math.max(height, width);
  if (side >= smallestSource(imageSize)) return;
  throw new ConfigError(
    "progan",
    `imageSize must be less than twice the pictures' size (${height}×${width} in ${name}), got ${imageSize}. Use ${2 ** Math.ceil(Math.log2(Math.max(side, 4)))}.`,
  );
}

/**
 * Batches for every stage of growth, from pictures of the final size: smaller levels see means of squares
 * of pixels. Each stage has its own order.
 *
 * @param set Pictures of `imageSize` or, to be cropped, larger.
 * @throws ConfigError when the pictures are smaller.
 */
export function growingBatches(
  set: SizedImageSet,
  config: ProganConfig,
  options: Omit<BatchOptions, "batchSize" | "imageSize">,
) {
  const { imageSize } = config;
  checkSourceSize(set, imageSize);
  return stagedBatches<ImageBatch>(
    computeSchedule(config).map(({ key, size, fromImages, batchSize }) => ({
      fromImages,
      source: imageBatches(reduceSet(set, imageSize / size), {
        ...options,
        random: options.random.fork(key),
        batchSize,
        imageSize: size,
      }),
    })),
  );
}
