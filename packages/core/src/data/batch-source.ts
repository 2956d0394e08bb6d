import type { Tensor, Tensor4D } from "@tensorflow/tfjs-core";

/** The tensors of one step by name. */
export type TensorRecord = Record<string, Tensor>;

/** A batch of pictures. */
export interface ImageBatch extends TensorRecord {
  /** [batch, height, width, channels], float32 in [-1, 1]. */
  images: Tensor4D;
}

/** An endless, seeded stream of batches that can start anywhere. */
export interface BatchSource<Batch extends TensorRecord> {
  /** Pictures in every batch. */
  readonly batchSize: number;
  /** Pictures in one pass over the data, without a last partial batch. */
  readonly imagesPerEpoch: number;
  /**
   * Batches from a place onwards: the same `imagesSeen` always continues with the same batch.
   *
   * @param imagesSeen Pictures already consumed, a multiple of `batchSize`.
   * @returns Batches whose tensors belong to the consumer, which disposes them.
   */
  batches(imagesSeen: number): AsyncIterable<Batch>;
}
