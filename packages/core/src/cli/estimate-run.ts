import { dispose } from "@tensorflow/tfjs-core";
import type { TensorRecord } from "../data/index.js";
import { Random } from "../random/index.js";
import { Trainer, type Variant } from "../train/index.js";
import type { OpenedData } from "./definition.js";
import { formatDuration } from "./rate-meter.js";

/** What a few steps tell of a whole run. */
export interface RunEstimate {
  /** Of the whole run. */
  imagesPerSecond: number;
  /** The same of each stage in order, where training has several. */
  stages?: { stage: string; imagesPerSecond: number }[];
  /** The whole run at that rate, `h:mm:ss`. */
  duration: string;
  /** Resident memory of this process after the steps. */
  memoryMegabytes: number;
  /** Steps that were taken and timed, in each stage, after those that compile. */
  measuredSteps: number;
}

/** Steps before the timed ones: they compile. */
const warmUpSteps = 2;
const measuredSteps = 5;

/**
 * Takes a few steps of a run, of each of its stages, and tells what the whole of it will need; the variant's weights
 * are then spoilt. Nothing is written.
 */
export async function estimateRun<Network extends string, Batch extends TensorRecord>(
  variant: Variant<Network, Batch>,
  data: OpenedData<Batch>,
  { totalImages, accumulate, seed }: { totalImages: number; accumulate: number; seed: number },
): Promise<RunEstimate> {
  const trainer = new Trainer(variant, new Random(seed).fork("train"), { accumulate });
  const stages: { stage: string; imagesPerSecond: number }[] = [];
  let seconds = 0;
  try {
    for (const { key, from, to } of listStages(variant, totalImages)) {
      const end = to === totalImages ? Number.POSITIVE_INFINITY : to;
      const rate = await measureRate(trainer, data, from, end);
      stages.push({ stage: key, imagesPerSecond: toDigits(rate) });
      seconds += (to - from) / rate;
    }
  } finally {
    trainer.dispose();
  }
  return {
    imagesPerSecond: toDigits(totalImages / seconds),
    ...(stages.length > 1 && { stages }),
    duration: formatDuration(seconds),
    memoryMegabytes: Math.round(process.memoryUsage().rss / 1e6),
    measuredSteps,
  };
}

const toDigits = (value: number) => Number(value.toPrecision(3));

/** A run's stages in order; one of all images where the variant has none. */
function listStages({ stage }: Pick<Variant, "stage">, totalImages: number) {
  const stages: { key: string; from: number; to: number }[] = [];
  for (let to = totalImages; to > 0; ) {
    const { key, fromImages } = stage?.(to - 1) ?? { key: "all", fromImages: 0 };
    stages.unshift({ key, from: fromImages, to });
    to = fromImages;
  }
  return stages;
}

/** Images per second from a place of the run on, before another. */
async function measureRate<Network extends string, Batch extends TensorRecord>(
  trainer: Trainer<Network, Batch>,
  data: OpenedData<Batch>,
  from: number,
  end: number,
): Promise<number> {
  trainer.state = { ...trainer.state, imagesSeen: from };
  const batchSize = data.batchSizeAt?.(from) ?? data.batchSize;
  const millis: number[] = [];
  let parts: Batch[] = [];
  try {
    for await (const batch of data.batches(from)) {
      parts.push(batch);
      if (parts.length < trainer.accumulate) continue;
      const start = performance.now();
      trainer.step(parts, batchSize);
      millis.push(performance.now() - start);
      for (const part of parts) dispose(part);
      parts = [];
      if (millis.length === warmUpSteps + measuredSteps || trainer.imagesSeen >= end) break;
    }
  } finally {
    for (const part of parts) dispose(part);
  }
  // A short stage may have none but those that compile.
  const timed = millis.slice(Math.min(warmUpSteps, millis.length - 1)).sort((a, b) => a - b);
  return (1000 * batchSize * trainer.accumulate) / (timed[timed.length >> 1] as number);
}
