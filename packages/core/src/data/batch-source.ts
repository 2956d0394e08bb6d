import type { Tensor, Tensor1D, Tensor4D } from "@tensorflow/tfjs-core";

/** The tensors of one step by name. */
export type TensorRecord = Record<string, Tensor>;

/** A batch of pictures. */
export interface ImageBatch extends TensorRecord {
  /** [batch, height, width, channels], float32 in [-1, 1]. */
  images: Tensor4D;
}

/** A batch of pictures with their classes. */
export interface LabelledImageBatch extends ImageBatch {
  /** [batch], int32, each an index into the set's `classNames`. */
  labels: Tensor1D;
}

/** A batch of pictures and what each is to become. */
export interface PairBatch extends TensorRecord {
  /** [batch, height, width, channels], float32 in [-1, 1]. */
  input: Tensor4D;
  /** [batch, height, width, channels], float32 in [-1, 1], cut and mirrored as `input`. */
  target: Tensor4D;
}

/** A batch of pictures of each of two domains, which have nothing to do with each other. */
export interface UnpairedBatch extends TensorRecord {
  /** [batch, height, width, channels], float32 in [-1, 1]. */
  a: Tensor4D;
  /** As `a`. */
  b: Tensor4D;
}

/** An endless, seeded stream of batches that can start anywhere. */
export interface BatchSource<Batch extends TensorRecord> {
  /** Pictures in every batch, or in the first where {@link batchSizeAt} says that it changes. */
  readonly batchSize: number;
  /** Pictures in the batch after so many images. Default: always {@link batchSize}. */
  batchSizeAt?(imagesSeen: number): number;
  /** Pictures in one pass over the data, without a last partial batch. */
  readonly imagesPerEpoch: number;
  /**
   * Batches from a place onwards: the same `imagesSeen` always continues with the same batch.
   *
   * @param imagesSeen Pictures already consumed, as many as whole batches hold.
   * @returns Batches whose tensors belong to the consumer, which disposes them.
   */
  batches(imagesSeen: number): AsyncIterable<Batch>;
  /**
   * The same without ever going on to batches of another kind, where these change while training goes on: as many as
   * a measurement of one stage wants. Default: {@link batches}.
   */
  batchesOfStage?(imagesSeen: number): AsyncIterable<Batch>;
}

/** Batches of the kind that training takes at a place, as many as are asked for. */
export const batchesOfStage = <Batch extends TensorRecord>(
  source: BatchSource<Batch>,
  imagesSeen: number,
): AsyncIterable<Batch> => source.batchesOfStage?.(imagesSeen) ?? source.batches(imagesSeen);
