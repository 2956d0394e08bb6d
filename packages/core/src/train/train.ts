import { dispose, nextFrame } from "@tensorflow/tfjs-core";
import type { BatchSource, TensorRecord } from "../data/index.js";
import { ConfigError, DivergenceError } from "../errors/index.js";
import { createInferenceContext } from "../nn/index.js";
import { Random } from "../random/index.js";
import { computeDiversity } from "./diversity.js";
import type { HealthEvent, TrainEvent } from "./events.js";
import { HealthMonitor } from "./health.js";
import { takeReference } from "./take-reference.js";
import { Trainer } from "./trainer.js";
import type { Variant } from "./variant.js";

/** Follows a run: restores it before the first step, saves it on the way. */
export interface Recorder {
  /** Called before the first step; may fill the trainer's variables and state. */
  open?(trainer: Trainer): Promise<void>;
  /** Called with every event before the caller of {@link train} sees it. */
  record(event: TrainEvent, trainer: Trainer): Promise<void>;
  /**
   * Takes a trainer that diverged back to what was saved last.
   *
   * @returns False when nothing was saved yet.
   */
  rollback?(trainer: Trainer): Promise<boolean>;
}

/** Options of {@link train}. */
export interface TrainOptions<Network extends string, Batch extends TensorRecord> {
  /** The GAN to train. */
  variant: Variant<Network, Batch>;
  /** What it trains on. */
  data: BatchSource<Batch>;
  /** Pictures that are not trained on, to make samples from. Default: the first of `data`. */
  heldOut?: BatchSource<Batch> | undefined;
  /** Images after which training ends, those of a resumed run included. */
  totalImages: number;
  /** Seeds the noise of the steps. Default 0. */
  seed?: number | undefined;
  /** Batches in a step, whose gradients are averaged. Default 1. */
  accumulate?: number | undefined;
  /**
   * What a loss or gradient that is not finite or explodes leads to: an error, or up to three tries
   * from the last checkpoint with other noise. Default `stop`.
   */
  onDivergence?: "stop" | "rollback" | undefined;
  /** A loss or gradient norm above this has exploded. Default 1e8. */
  explosionLimit?: number | undefined;
  /** Weights and running statistics that stay as they are, as `<network>.<name>`. Default: none. */
  frozen?: ReadonlySet<string> | undefined;
  /** Images between measures of the samples' diversity; 0 never. Default: a fiftieth of the total. */
  healthEveryImages?: number | undefined;
  /** Ends training after the current step. Default: nothing does. */
  signal?: AbortSignal | undefined;
  /** Keeps the run, for example `saveRun`. Default: nothing is kept. */
  recorder?: Recorder | undefined;
}

/** Tries after the first that rollback takes. */
const mostRollbacks = 3;
/** Pictures whose diversity is measured. */
const diversityCount = 32;

/**
 * Trains a variant and tells about each step.
 *
 * ```ts
 * for await (const event of train({ variant, data, totalImages: 200_000 }))
 *   if (event.type === "step") console.log(event.imagesSeen, event.losses);
 * ```
 *
 * Leaving the loop early ends training without an `end` event. The optimizer's state is freed at the
 * end; the variant stays the caller's.
 *
 * @throws DivergenceError when a loss or gradient stops being finite or explodes, after the tries that
 *   `onDivergence` allows; what was saved before stays as it is.
 */
export async function* train<Network extends string, Batch extends TensorRecord>(
  options: TrainOptions<Network, Batch>,
): AsyncGenerator<TrainEvent, void, undefined> {
  const { variant, data, totalImages, seed = 0, accumulate = 1, signal, recorder } = options;
  const stepImages = data.batchSize * accumulate;
  if (!(totalImages >= stepImages)) {
    throw new ConfigError(
      "core",
      `totalImages must be at least one step (${stepImages}), got ${totalImages}.`,
    );
  }
  const { explosionLimit, frozen } = options;
  const trainer = new Trainer(variant, new Random(seed).fork("train"), {
    accumulate,
    explosionLimit,
    frozen,
  });
  const observed = trainer as unknown as Trainer;
  const health = new HealthMonitor();
  const healthEvery = options.healthEveryImages ?? Math.max(stepImages, Math.round(totalImages / 50));
  const announce = async (event: TrainEvent) => {
    await recorder?.record(event, observed);
    return event;
  };
  const nextImages = () => batchSizeAt(data, trainer.imagesSeen) * accumulate;
  const isDone = () => signal?.aborted === true || trainer.imagesSeen + nextImages() > totalImages;
  const reference = options.heldOut ?? data;
  let rollbacks = 0;
  try {
    await recorder?.open?.(observed);
    await takeReference(trainer, reference);
    yield await announce({ type: "start", imagesSeen: trainer.imagesSeen, totalImages });
    while (!isDone()) {
      try {
        let before = trainer.imagesSeen;
        for await (const event of runSteps(trainer, data, isDone)) {
          if (isNewStage(variant, before, event.imagesSeen)) await takeReference(trainer, reference);
          yield await announce(event);
          for (const warning of health.observe(event)) yield await announce(warning);
          if (healthEvery > 0 && crosses(before, event.imagesSeen, healthEvery)) {
            const measured = await measureHealth(trainer, seed);
            if (measured !== undefined) {
              yield await announce(measured);
              for (const warning of health.observe(measured)) yield await announce(warning);
            }
          }
          before = event.imagesSeen;
        }
      } catch (error) {
        const isRetried = error instanceof DivergenceError && options.onDivergence === "rollback";
        const { imagesSeen } = trainer;
        if (!isRetried || rollbacks >= mostRollbacks || !(await recorder?.rollback?.(observed))) throw error;
        rollbacks++;
        trainer.changeNoise(`retry-${rollbacks}`);
        if (isNewStage(variant, imagesSeen, trainer.imagesSeen)) await takeReference(trainer, reference);
        const reason = error.message;
        yield await announce({
          type: "rollback",
          imagesSeen,
          toImages: trainer.imagesSeen,
          attempt: rollbacks,
          reason,
        });
      }
    }
    const reason = signal?.aborted ? "aborted" : "complete";
    yield await announce({ type: "end", reason, imagesSeen: trainer.imagesSeen });
  } finally {
    trainer.dispose();
  }
}

/** Steps from where the trainer is until `isDone`. */
async function* runSteps<Network extends string, Batch extends TensorRecord>(
  trainer: Trainer<Network, Batch>,
  data: BatchSource<Batch>,
  isDone: () => boolean,
) {
  let parts: Batch[] = [];
  let start = performance.now();
  try {
    for await (const batch of data.batches(trainer.imagesSeen)) {
      parts.push(batch);
      if (parts.length < trainer.accumulate) continue;
      const measures = trainer.step(parts, batchSizeAt(data, trainer.imagesSeen));
      for (const part of parts) dispose(part);
      parts = [];
      const durationMillis = performance.now() - start;
      yield { type: "step" as const, imagesSeen: trainer.imagesSeen, ...measures, durationMillis };
      await nextFrame(); // lets signals and timers through
      if (isDone()) break;
      start = performance.now();
    }
  } finally {
    for (const part of parts) dispose(part);
  }
}

/** Pictures in the next batch. */
function batchSizeAt(data: BatchSource<TensorRecord>, imagesSeen: number): number {
  return data.batchSizeAt?.(imagesSeen) ?? data.batchSize;
}

/** Whether a multiple of `interval` lies within the last step. */
function crosses(before: number, after: number, interval: number): boolean {
  return Math.floor(after / interval) > Math.floor(before / interval);
}

/** Whether another stage has begun. */
function isNewStage(variant: Pick<Variant, "stage">, before: number, after: number): boolean {
  return variant.stage !== undefined && variant.stage(before).key !== variant.stage(after).key;
}

/** Undefined where the variant names no pictures to compare with, or a batch has only one. */
async function measureHealth<Network extends string, Batch extends TensorRecord>(
  trainer: Trainer<Network, Batch>,
  seed: number,
): Promise<HealthEvent | undefined> {
  const { variant, reference: batch, imagesSeen } = trainer;
  const real = batch && variant.referenceImages?.(batch);
  if (real === undefined || real.shape[0] < 2) return undefined;
  const count = Math.min(diversityCount, real.shape[0]);
  const ctx = createInferenceContext(new Random(seed).fork("health"));
  const samples = variant.sample({ count, batch }, ctx);
  try {
    const [sampleDiversity, realDiversity] = [await computeDiversity(samples), await computeDiversity(real)];
    return { type: "health", imagesSeen, sampleDiversity, realDiversity };
  } finally {
    samples.dispose();
  }
}
