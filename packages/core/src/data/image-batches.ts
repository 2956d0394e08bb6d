import { tensor4d } from "@tensorflow/tfjs-core";
import { ConfigError, DataError } from "../errors/index.js";
import type { Random } from "../random/index.js";
import type { BatchSource, ImageBatch } from "./batch-source.js";
import type { ImageStore } from "./image-store.js";

/** Options of {@link imageBatches}. */
export interface ImageBatchesOptions {
  batchSize: number;
  /** Side of the square pictures that come out; smaller ones get a black border. */
  imageSize: number;
  /** Decides the order of every epoch. */
  random: Random;
}

/** Byte 0 to 255 → float in [-1, 1]. */
const toUnit = Float32Array.from({ length: 256 }, (_, byte) => byte / 127.5 - 1);

/**
 * Batches from pictures in memory: shuffled anew every epoch, centred on a black (-1) square of
 * `imageSize`, scaled to [-1, 1]. What is left over at an epoch's end is dropped.
 *
 * @throws ConfigError when pictures are larger than `imageSize`.
 * @throws DataError when there are fewer pictures than a batch takes.
 */
export function imageBatches(store: ImageStore, options: ImageBatchesOptions): BatchSource<ImageBatch> {
  const { batchSize, imageSize, random } = options;
  const { name, count, height, width, channels } = store;
  if (height > imageSize || width > imageSize) {
    throw new ConfigError(
      "core",
      `imageSize must be at least ${Math.max(height, width)} for ${name} (${height}×${width}), got ${imageSize}.`,
    );
  }
  if (count < batchSize) {
    throw new DataError(
      "core",
      `${name} has ${count} pictures, fewer than one batch of ${batchSize}. Lower batchSize or add pictures.`,
    );
  }
  const batchesPerEpoch = Math.floor(count / batchSize);

  async function* batches(imagesSeen: number): AsyncGenerator<ImageBatch> {
    const first = Math.floor(imagesSeen / batchSize);
    let epoch = Math.floor(first / batchesPerEpoch);
    let index = first % batchesPerEpoch;
    for (; ; epoch++, index = 0) {
      const order = random.fork(`epoch-${epoch}`).permutation(count);
      for (; index < batchesPerEpoch; index++) {
        const chosen = order.subarray(index * batchSize, (index + 1) * batchSize);
        const values = gatherPadded(store, chosen, imageSize);
        yield { images: tensor4d(values, [batchSize, imageSize, imageSize, channels], "float32") };
      }
    }
  }

  return { batchSize, imagesPerEpoch: batchesPerEpoch * batchSize, batches };
}

/** Copies the chosen pictures into a [chosen, size, size, channels] array of floats. */
function gatherPadded(store: ImageStore, chosen: Uint32Array, size: number): Float32Array {
  const { height, width, channels, pixels } = store;
  const top = (size - height) >> 1;
  const left = (size - width) >> 1;
  const rowLength = width * channels;
  const values = new Float32Array(chosen.length * size * size * channels).fill(-1);
  for (let image = 0; image < chosen.length; image++) {
    let from = (chosen[image] as number) * height * rowLength;
    for (let row = 0; row < height; row++, from += rowLength) {
      const to = ((image * size + top + row) * size + left) * channels;
      for (let offset = 0; offset < rowLength; offset++) {
        values[to + offset] = toUnit[pixels[from + offset] as number] as number;
      }
    }
  }
  return values;
}
