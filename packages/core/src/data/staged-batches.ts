import { ConfigError } from "../errors/index.js";
import type { BatchSource, TensorRecord } from "./batch-source.js";

/** A part of training and the batches that it takes. */
export interface BatchStage<Batch extends TensorRecord> {
  /** Images before its first batch; the stage ends where the next begins. */
  fromImages: number;
  /** The batches of this stage. */
  source: BatchSource<Batch>;
}

/**
 * Batches that change in size or content while training goes on, as those of a growing network. Each stage
 * reads its own source from the beginning.
 *
 * @param stages In order, the first from 0 images; each but the last as long as whole batches of its source.
 * @throws ConfigError when they are not.
 */
export function stagedBatches<Batch extends TensorRecord>(
  stages: readonly BatchStage<Batch>[],
): BatchSource<Batch> & { batchSizeAt(imagesSeen: number): number } {
  checkStages(stages);
  const indexAt = (imagesSeen: number) => stages.findLastIndex(({ fromImages }) => fromImages <= imagesSeen);
  const stageAt = (imagesSeen: number) => stages[indexAt(imagesSeen)] as BatchStage<Batch>;
  const first = stageAt(0).source;
  return {
    batchSize: first.batchSize,
    imagesPerEpoch: first.imagesPerEpoch,
    batchSizeAt: (imagesSeen) => stageAt(imagesSeen).source.batchSize,
    batchesOfStage(imagesSeen) {
      const { fromImages, source } = stageAt(imagesSeen);
      return source.batches(imagesSeen - fromImages);
    },
    async *batches(imagesSeen) {
      let next = imagesSeen;
      for (let index = indexAt(imagesSeen); index < stages.length; index++) {
        const { fromImages, source } = stages[index] as BatchStage<Batch>;
        const end = stages[index + 1]?.fromImages ?? Number.POSITIVE_INFINITY;
        if (next >= end) continue;
        for await (const batch of source.batches(next - fromImages)) {
          next += source.batchSize;
          yield batch;
          if (next >= end) break;
        }
      }
    },
  };
}

function checkStages(stages: readonly BatchStage<TensorRecord>[]): void {
  if (stages[0]?.fromImages !== 0) {
    throw new ConfigError("core", `the first stage must begin at 0 images, got ${stages[0]?.fromImages}.`);
  }
  for (const [index, { fromImages, source }] of stages.entries()) {
    const end = stages[index + 1]?.fromImages;
    const images = end === undefined ? source.batchSize : end - fromImages;
    if (images > 0 && images % source.batchSize === 0) continue;
    throw new ConfigError(
      "core",
      `stage ${index + 1} must be as long as whole batches of ${source.batchSize}, got ${images} images.`,
    );
  }
}
