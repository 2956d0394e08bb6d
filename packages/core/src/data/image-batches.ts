import { tensor1d } from "@tensorflow/tfjs-core";
import type { Random } from "../random/index.js";
import { type Augmentation, checkRoom } from "./augmentation.js";
import type { BatchSource, ImageBatch, LabelledImageBatch, TensorRecord } from "./batch-source.js";
import { createPictureTensor } from "./gather-pictures.js";
import { type ImageSet, requireLabels, type SkippedPictures } from "./image-set.js";
import { createPictureStream, type PictureStream } from "./picture-stream.js";
import { chooseDepth, prefetch } from "./prefetch.js";

/** Pictures of one size, as a store or a prepared set has them. */
export type SizedImageSet = ImageSet & {
  readonly height: number;
  readonly width: number;
  readonly channels: number;
  readonly skipped?: SkippedPictures;
};

/** Options that all kinds of batches share. */
export interface BatchOptions extends Augmentation {
  /** Pictures in a batch. */
  batchSize: number;
  /** Side of the square pictures that come out; smaller ones get a black border, larger ones need `crop`. */
  imageSize: number;
  /** Decides the order of every epoch, and what part of each picture is seen. */
  random: Random;
  /** End with the error of a picture that cannot be read instead of taking another. Default false. */
  strict?: boolean;
}

/** Options of {@link imageBatches}. */
export interface ImageBatchesOptions extends BatchOptions {
  /** Whether batches carry the classes. Default false. */
  labels?: boolean;
}

/**
 * Batches from pictures of one size: shuffled anew every epoch, centred on a black (-1) square of
 * `imageSize` or cut to it, scaled to [-1, 1]. What is left over at an epoch's end is dropped.
 *
 * @throws ConfigError when pictures are larger than `imageSize` and no crop was chosen.
 * @throws DataError when there are fewer pictures than a batch takes, or labels are wanted and absent.
 */
export function imageBatches(
  set: SizedImageSet,
  options: ImageBatchesOptions & { labels: true },
): BatchSource<LabelledImageBatch>;
export function imageBatches(set: SizedImageSet, options: ImageBatchesOptions): BatchSource<ImageBatch>;
export function imageBatches(set: SizedImageSet, options: ImageBatchesOptions): BatchSource<ImageBatch> {
  const stream = streamPictures(set, set, options);
  const label = options.labels === true ? requireLabels(set) : undefined;

  return createBatchSource(stream, options, measurePicture(set), (pictures): ImageBatch => {
    const images = createPictureTensor(pictures, options.imageSize, set.channels);
    if (label === undefined) return { images };
    const labels = tensor1d(
      pictures.map(({ index }) => label(index)),
      "int32",
    );
    return { images, labels };
  });
}

/** Bytes of a decoded picture. */
export function measurePicture({ height, width, channels }: SizedImageSet): number {
  return height * width * channels;
}

/** The shuffled pictures of a set, or of what is read with the positions of a set. */
export function streamPictures<Picture>(
  set: SizedImageSet,
  source: { read(index: number): Promise<Picture> },
  options: BatchOptions,
): PictureStream<Picture> {
  const { batchSize, imageSize, random, strict = false } = options;
  checkRoom(set, imageSize, options);
  return createPictureStream({
    name: set.name,
    count: set.count,
    read: (index) => source.read(index),
    batchSize,
    random,
    augmentation: options,
    strict,
    ...(set.skipped !== undefined && { skipped: set.skipped }),
  });
}

/**
 * A batch source that reads ahead and turns pictures into tensors when their turn comes.
 *
 * @param pictureBytes Bytes of all that is decoded for one place of a batch.
 */
export function createBatchSource<Pictures, Batch extends TensorRecord>(
  stream: { batchesPerEpoch: number; read(batch: number): Promise<Pictures> },
  { batchSize }: BatchOptions,
  pictureBytes: number,
  toBatch: (pictures: Pictures) => Batch,
): BatchSource<Batch> {
  const depth = chooseDepth(batchSize * pictureBytes);
  return {
    batchSize,
    imagesPerEpoch: stream.batchesPerEpoch * batchSize,
    async *batches(imagesSeen) {
      const first = Math.floor(imagesSeen / batchSize);
      for await (const pictures of prefetch((batch) => stream.read(batch), first, depth)) {
        yield toBatch(pictures);
      }
    },
  };
}
