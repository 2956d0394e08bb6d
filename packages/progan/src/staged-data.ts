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
  if (Math.max(set.height, set.width) <= imageSize / 2) {
    throw new ConfigError(
      "progan",
      `imageSize must be less than twice the pictures' size (${set.height}×${set.width} in ${set.name}), got ${imageSize}. Use ${2 ** Math.ceil(Math.log2(Math.max(set.height, set.width, 4)))}.`,
    );
  }
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
