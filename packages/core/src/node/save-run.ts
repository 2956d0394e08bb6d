import { join } from "node:path";
import type { CheckpointScore } from "../checkpoint/index.js";
import { createInferenceContext } from "../nn/index.js";
import { Random } from "../random/index.js";
import type { Recorder, TrainEvent, Trainer } from "../train/index.js";
import { findCheckpoint, restoreTrainer, saveCheckpoint } from "./checkpoint-folder.js";
import { claimFolder, releaseFolder } from "./claim-folder.js";
import { loadSharp } from "./load-sharp.js";
import type { MeasuredModel } from "./metrics/training-metrics.js";
import { type MetricLine, RunLog, readRunLog } from "./run-log.js";
import { writeGrid } from "./write-picture.js";
import { writeReport } from "./write-report.js";
import { writeTensorboard } from "./write-tensorboard.js";

/** Options of {@link saveRun}. */
export interface SaveRunOptions {
  /** The run's configuration, JSON; a folder with another one is refused. */
  config: unknown;
  /**
   * Makes of the configuration that a folder's run began with what it would be now, so that the run can go on where
   * that is `config`: fills in what an older version did not say yet, for one. Default: it stays as it is.
   */
  completeConfig?(stored: unknown): unknown;
  /** Seeds the noise of the sample grids, the same for all of them. */
  seed: number;
  /** Images between sample grids. */
  sampleEveryImages: number;
  /** Images between checkpoints; the end of training always makes one. */
  checkpointEveryImages: number;
  /** Which backend and device train, JSON, kept in checkpoints. Default: it is not known. */
  backend?: unknown;
  /** Newest checkpoints to keep, besides the best. Default 2. */
  keepCheckpoints?: number;
  /** Pictures in a grid. Default 64. */
  sampleCount?: number;
  /** Measures the model now and then, each time with a checkpoint that carries the score. Default: never. */
  meter?: RunMeter;
}

/** Measures a run's model. */
export interface RunMeter {
  /** Images between measurements; the end of training always makes one. */
  everyImages: number;
  /** Must leave the training's state alone. */
  measure(imagesSeen: number): Promise<MeasuredModel>;
  /** Hears what was measured. */
  onMeasured?(line: MetricLine): void;
}

/**
 * Keeps a training run in a folder: `config.json`, `events.jsonl`, `metrics.jsonl`, `report.html`,
 * `samples/<images>.png` and `samples.png` from fixed noise, `checkpoints/`. When the folder holds a checkpoint already, training goes on from it.
 *
 * ```ts
 * train({ variant, data, totalImages, ...saveRun("runs/digits", options) });
 * ```
 *
 * @throws CheckpointError while training, when the folder cannot be written, holds another run, or another process is
 * training there.
 */
export function saveRun(folder: string, options: SaveRunOptions): { recorder: Recorder } {
  const { config, completeConfig, sampleEveryImages, checkpointEveryImages, meter } = options;
  const log = new RunLog(folder);
  let [nextSample, nextCheckpoint, nextMeasurement] = [0, 0, 0];
  let measuredAt = -1; // images at the last measurement
  const after = (imagesSeen: number, interval: number) => (Math.floor(imagesSeen / interval) + 1) * interval;

  async function open(trainer: Trainer): Promise<void> {
    loadSharp(); // samples need it: rather now than after an hour
    await claimFolder(folder, config, completeConfig);
    const checkpoint = await findCheckpoint(folder);
    if (checkpoint !== undefined) await restoreTrainer(checkpoint, trainer);
    else await save(trainer); // so that a first divergence has something to go back to
    await log.cut(trainer.imagesSeen);
    const { metrics } = await readRunLog(folder);
    measuredAt = metrics.findLast(({ conditions }) => conditions !== undefined)?.imagesSeen ?? -1;
    plan(trainer);
  }

  function plan({ imagesSeen }: Trainer): void {
    nextSample = after(imagesSeen, sampleEveryImages);
    nextCheckpoint = after(imagesSeen, checkpointEveryImages);
    nextMeasurement = meter === undefined ? Number.POSITIVE_INFINITY : after(imagesSeen, meter.everyImages);
  }

  const save = (trainer: Trainer, score?: CheckpointScore) =>
    saveCheckpoint(folder, trainer, {
      config,
      backend: options.backend,
      keep: options.keepCheckpoints,
      score,
    });

  /** Measures the model if it is time to. */
  async function measureModel(
    event: TrainEvent,
    { imagesSeen }: Trainer,
  ): Promise<CheckpointScore | undefined> {
    const isDue =
      event.type === "end"
        ? event.reason === "complete" && measuredAt !== imagesSeen
        : imagesSeen >= nextMeasurement;
    if (meter === undefined || !isDue) return undefined;
    nextMeasurement = after(imagesSeen, meter.everyImages);
    const { report, score } = await meter.measure(imagesSeen);
    const { values: metrics, extractor, nReal, nFake, seed } = report;
    const line = { imagesSeen, metrics, conditions: { extractor, nReal, nFake, seed } };
    await log.addMetrics(line);
    meter.onMeasured?.(line);
    measuredAt = imagesSeen;
    return score;
  }

  async function rollback(trainer: Trainer): Promise<boolean> {
    const checkpoint = await findCheckpoint(folder);
    if (checkpoint === undefined) return false;
    await restoreTrainer(checkpoint, trainer);
    await log.cut(trainer.imagesSeen);
    plan(trainer);
    return true;
  }

  async function record(event: TrainEvent, trainer: Trainer): Promise<void> {
    const { imagesSeen } = trainer;
    await log.add(event);
    if (event.type === "step" && imagesSeen >= nextSample) {
      nextSample = after(imagesSeen, sampleEveryImages);
      const name = `${String(imagesSeen).padStart(12, "0")}.png`;
      await writeSamples(join(folder, "samples", name), trainer, options);
    }
    const isPlace = event.type === "end" || event.type === "step";
    const score = isPlace ? await measureModel(event, trainer) : undefined;
    if (isPlace && (event.type === "end" || score !== undefined || imagesSeen >= nextCheckpoint)) {
      nextCheckpoint = after(imagesSeen, checkpointEveryImages);
      await log.flush();
      await save(trainer, score);
      if (event.type === "end") await writeSamples(join(folder, "samples.png"), trainer, options);
      await writeTensorboard(folder);
      await writeReport(folder, { variant: trainer.variant.name, config, backend: options.backend });
    }
    if (event.type === "end") await releaseFolder(folder);
  }

  return { recorder: { open, record, rollback } };
}

async function writeSamples(path: string, trainer: Trainer, options: SaveRunOptions): Promise<void> {
  const { variant, reference } = trainer;
  const ctx = createInferenceContext(new Random(options.seed).fork("samples"));
  const { images, columns } =
    variant.gallery !== undefined && reference !== undefined
      ? variant.gallery(reference, ctx)
      : {
          images: variant.sample({ count: options.sampleCount ?? 64, batch: reference }, ctx),
          columns: undefined,
        };
  try {
    await writeGrid(path, images, columns);
  } finally {
    images.dispose();
  }
}
