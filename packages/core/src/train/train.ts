import { dispose, nextFrame } from "@tensorflow/tfjs-core";
import type { BatchSource, TensorRecord } from "../data/index.js";
import { ConfigError } from "../errors/index.js";
import { Random } from "../random/index.js";
import type { TrainEvent } from "./events.js";
import { Trainer } from "./trainer.js";
import type { Variant } from "./variant.js";

/** Follows a run: restores it before the first step, saves it on the way. */
export interface Recorder {
  /** Called before the first step; may fill the trainer's variables and state. */
  open?(trainer: Trainer): Promise<void>;
  /** Called with every event before the caller of {@link train} sees it. */
  record(event: TrainEvent, trainer: Trainer): Promise<void>;
}

/** Options of {@link train}. */
export interface TrainOptions<Network extends string, Batch extends TensorRecord> {
  variant: Variant<Network, Batch>;
  data: BatchSource<Batch>;
  /** Images after which training ends, those of a resumed run included. */
  totalImages: number;
  /** Seeds the noise of the steps. Default 0. */
  seed?: number;
  /** Ends training after the current step. */
  signal?: AbortSignal;
  recorder?: Recorder;
}

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
 * @throws DivergenceError when a loss stops being finite.
 */
export async function* train<Network extends string, Batch extends TensorRecord>(
  options: TrainOptions<Network, Batch>,
): AsyncGenerator<TrainEvent, void, undefined> {
  const { variant, data, totalImages, seed = 0, signal, recorder } = options;
  if (!(totalImages >= data.batchSize)) {
    throw new ConfigError(
      "core",
      `totalImages must be at least one batch (${data.batchSize}), got ${totalImages}.`,
    );
  }
  const trainer = new Trainer(variant, new Random(seed).fork("train"));
  const observed = trainer as unknown as Trainer;
  const announce = async (event: TrainEvent) => {
    await recorder?.record(event, observed);
    return event;
  };
  try {
    await recorder?.open?.(observed);
    yield await announce({ type: "start", imagesSeen: trainer.imagesSeen, totalImages });
    let start = performance.now();
    const isDone = () => signal?.aborted === true || trainer.imagesSeen + data.batchSize > totalImages;
    if (!isDone()) {
      for await (const batch of data.batches(trainer.imagesSeen)) {
        const losses = trainer.step(batch, data.batchSize);
        dispose(batch);
        const durationMillis = performance.now() - start;
        yield await announce({ type: "step", imagesSeen: trainer.imagesSeen, losses, durationMillis });
        await nextFrame(); // lets signals and timers through
        if (isDone()) break;
        start = performance.now();
      }
    }
    const reason = signal?.aborted ? "aborted" : "complete";
    yield await announce({ type: "end", reason, imagesSeen: trainer.imagesSeen });
  } finally {
    trainer.dispose();
  }
}
