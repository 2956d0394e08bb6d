import { findBestCheckpoint, findCheckpoint, readRunLog } from "@gan/core/node";

/** What a finished run's folder tells of how its weights came to be. */
export interface RunDescription {
  /** The whole configuration. */
  config: {
    model: { imageSize: number; channels?: number; outputChannels?: number };
    data: { name?: string };
    training: { totalImages: number; seed: number; batchSize: number };
  };
  /** Images of the last checkpoint. */
  images: number;
  /** Images of the checkpoint that was chosen, and the score that it was chosen by. */
  chosen: { images: number; score: { name: string; value: number } | undefined };
  /** Of steps alone. */
  hours: number;
  /** The processor or the graphics card. */
  machine: string;
  /** Lines of the log that are kept with the weights. */
  log: readonly object[];
}

/**
 * Reads a run's folder.
 *
 * @param isUnfinished Whether a run may be taken that has not ended.
 * @throws Error when it has not, and may not.
 */
export async function describeRun(run: string, isUnfinished: boolean): Promise<RunDescription> {
  const last = await findCheckpoint(run);
  if (last === undefined) throw new Error(`${run} holds no checkpoint`);
  const best = await findBestCheckpoint(run);
  const { events, metrics } = await readRunLog(run);
  if (!isUnfinished && !events.some((event) => event.type === "end" && event.reason === "complete")) {
    throw new Error(`the run in ${run} is not complete. Finish it, or take it as it is with --unfinished`);
  }
  let seconds = 0;
  let before = 0;
  for (const event of events) {
    if (event.type === "step") seconds += (event.imagesSeen - before) / event.imagesPerSecond;
    if ("imagesSeen" in event) before = event.imagesSeen;
  }
  const { hardware } = (last.state.backend ?? {}) as { hardware?: string };
  const chosen = best ?? last;
  return {
    config: last.state.config as unknown as RunDescription["config"],
    images: last.state.trainer.imagesSeen,
    chosen: { images: chosen.state.trainer.imagesSeen, score: best?.state.score },
    hours: seconds / 3600,
    machine: hardware ?? "not recorded",
    log: metrics.filter(({ conditions }) => conditions !== undefined || metrics.length < 100),
  };
}
