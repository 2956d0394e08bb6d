import { dispose, type Tensor4D } from "@tensorflow/tfjs-core";
import {
  type BatchSource,
  batchesOfStage,
  type PixelImage,
  type TensorRecord,
  toByte,
} from "../data/index.js";
import type { PictureSource } from "../metrics/index.js";
import { createInferenceContext } from "../nn/index.js";
import { Random } from "../random/index.js";
import type { Variant } from "./variant.js";

/** Which pictures of a variant to measure. */
export interface MeasuredPicturesOptions<Batch extends TensorRecord> {
  /** Where the real pictures come from. */
  data: BatchSource<Batch>;
  /** Pictures, as many as there are at most. */
  count: number;
  /** Place in the data from which batches are taken. Default 0. */
  fromImages?: number | undefined;
}

/**
 * New pictures from a variant's averaged generator, quantised to bytes as a saved picture is. Each batch
 * has noise of its own from the seed, and a batch of data for variants that translate: training's noise
 * and data are left alone.
 */
export function generatedPictures<Network extends string, Batch extends TensorRecord>(
  variant: Variant<Network, Batch>,
  options: MeasuredPicturesOptions<Batch> & { seed: number },
): PictureSource {
  const random = new Random(options.seed).fork("measured");
  let index = 0;
  return fromBatches(`pictures from ${variant.name}`, options, (batch, count) => {
    const ctx = createInferenceContext(random.fork(String(index++)));
    return { images: variant.sample({ count, batch }, ctx), isOwned: true };
  });
}

/**
 * The real pictures that a variant's samples should resemble, as training sees them, in the data's
 * shuffled order: one pass over the data at most.
 *
 * @returns Undefined where the variant names none.
 */
export function referencePictures<Network extends string, Batch extends TensorRecord>(
  variant: Variant<Network, Batch>,
  options: MeasuredPicturesOptions<Batch>,
): PictureSource | undefined {
  const { referenceImages } = variant;
  if (referenceImages === undefined) return undefined;
  const count = Math.min(options.count, options.data.imagesPerEpoch);
  return fromBatches("the training pictures", { ...options, count }, (batch) => ({
    images: referenceImages.call(variant, batch),
    isOwned: false,
  }));
}

function fromBatches<Batch extends TensorRecord>(
  name: string,
  { data, count, fromImages = 0 }: MeasuredPicturesOptions<Batch>,
  take: (batch: Batch, count: number) => { images: Tensor4D; isOwned: boolean },
): PictureSource {
  return {
    name,
    count,
    async *batches(size) {
      let done = 0;
      let waiting: PixelImage[] = [];
      for await (const batch of batchesOfStage(data, fromImages)) {
        try {
          const { images, isOwned } = take(batch, Math.min(countPictures(batch), count - done));
          const pictures = (await readPictures(images)).slice(0, count - done);
          if (isOwned) images.dispose();
          done += pictures.length;
          waiting.push(...pictures);
        } finally {
          dispose(batch);
        }
        while (waiting.length >= size || (done >= count && waiting.length > 0)) {
          yield waiting.slice(0, size);
          waiting = waiting.slice(size);
        }
        if (done >= count) return;
      }
    },
  };
}

/** Stages differ in their batches' size. */
const countPictures = (batch: TensorRecord) => Object.values(batch)[0]?.shape[0] ?? 0;

/** [-1, 1] → bytes. */
async function readPictures(images: Tensor4D): Promise<PixelImage[]> {
  const [count, height, width, channels] = images.shape;
  const values = await images.data();
  const size = height * width * channels;
  return Array.from({ length: count }, (_, index) => ({
    height,
    width,
    channels,
    pixels: Uint8Array.from(values.subarray(index * size, (index + 1) * size), toByte),
  }));
}
