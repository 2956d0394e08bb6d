import { dispose } from "@tensorflow/tfjs-core";
import type { TensorRecord } from "../data/index.js";
import { Random } from "../random/index.js";
import { Trainer, type Variant } from "../train/index.js";
import type { OpenedData } from "./definition.js";
import { formatDuration } from "./rate-meter.js";

/** What a few steps tell of a whole run. */
export interface RunEstimate {
  imagesPerSecond: number;
  /** The whole run at that rate, `h:mm:ss`. */
  duration: string;
  /** Resident memory of this process after the steps. */
  memoryMegabytes: number;
  /** Steps that were taken and timed, after those that compile. */
  measuredSteps: number;
}

/** Steps before the timed ones: they compile. */
const warmUpSteps = 2;
const measuredSteps = 5;

/**
 * Takes a few steps of a run and tells what the whole of it will need; the variant's weights are then spoilt.
 * Nothing is written.
 */
export async function estimateRun<Network extends string, Batch extends TensorRecord>(
  variant: Variant<Network, Batch>,
  data: OpenedData<Batch>,
  { totalImages, accumulate, seed }: { totalImages: number; accumulate: number; seed: number },
): Promise<RunEstimate> {
  const trainer = new Trainer(variant, new Random(seed).fork("train"), { accumulate });
  const millis: number[] = [];
  let parts: Batch[] = [];
  try {
    for await (const batch of data.batches(0)) {
      parts.push(batch);
      if (parts.length < accumulate) continue;
      const start = performance.now();
      trainer.step(parts, data.batchSize);
      millis.push(performance.now() - start);
      for (const part of parts) dispose(part);
      parts = [];
      if (millis.length === warmUpSteps + measuredSteps) break;
    }
  } finally {
    for (const part of parts) dispose(part);
    trainer.dispose();
  }
  const timed = millis.slice(warmUpSteps).sort((a, b) => a - b);
  const median = timed[timed.length >> 1] as number;
  const imagesPerSecond = (1000 * data.batchSize * accumulate) / median;
  return {
    imagesPerSecond: Number(imagesPerSecond.toPrecision(3)),
    duration: formatDuration(totalImages / imagesPerSecond),
    memoryMegabytes: Math.round(process.memoryUsage().rss / 1e6),
    measuredSteps,
  };
}
