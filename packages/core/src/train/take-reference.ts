import { concat, dispose, type Tensor } from "@tensorflow/tfjs-core";
import { type BatchSource, batchesOfStage, type TensorRecord } from "../data/index.js";
import type { Trainer } from "./trainer.js";

/** Pictures that a reference holds at least, where batches are small. */
const leastPictures = 8;

/**
 * Keeps the first batch of a run, or of its present stage, as what samples are compared with; where batches
 * are small, the first few joined. The same wherever training goes on.
 */
export async function takeReference<Network extends string, Batch extends TensorRecord>(
  trainer: Trainer<Network, Batch>,
  data: BatchSource<Batch>,
): Promise<void> {
  const from = trainer.variant.stage?.(trainer.imagesSeen).fromImages ?? 0;
  const { batchSize, imagesPerEpoch } = data;
  const wanted = Math.min(Math.ceil(leastPictures / batchSize), Math.floor(imagesPerEpoch / batchSize));
  const parts: Batch[] = [];
  for await (const batch of batchesOfStage(data, from)) {
    parts.push(batch);
    if (parts.length >= wanted) break;
  }
  const [first] = parts;
  if (first === undefined) return;
  dispose(trainer.reference);
  trainer.reference = first;
  if (parts.length === 1) return;
  const join = (name: string) => concat(parts.map((part) => part[name] as Tensor));
  trainer.reference = Object.fromEntries(Object.keys(first).map((name) => [name, join(name)])) as Batch;
  for (const part of parts) dispose(part);
}
