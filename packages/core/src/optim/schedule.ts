import { ConfigError } from "../errors/index.js";

/**
 * How a learning rate moves over training, as a factor of the optimizer's own, counted in images.
 * Plain data, so that a configuration can hold it.
 *
 * - `linear`: 1 until `fromImages`, then straight to `factor` at `toImages`, and so it stays.
 * - `cosine`: the same way along half a cosine. Loshchilov and Hutter 2017, without restarts.
 * - `steps`: times `factor` after every `everyImages`.
 *
 * `warmupImages` rises from 0 to the schedule's value over the first images.
 */
export type LearningRateSchedule = (
  | { type: "linear" | "cosine"; fromImages: number; toImages: number; factor?: number | undefined }
  | { type: "steps"; everyImages: number; factor: number }
  | { type: "constant" }
) & { warmupImages?: number | undefined };

/**
 * The factor of a schedule when a step begins.
 *
 * @param imagesSeen Images before the step.
 * @param stepImages Images in the step; a warm-up counts them, so that the first step moves too.
 * @throws ConfigError when the schedule's numbers contradict each other.
 */
export function computeLearningRateFactor(
  schedule: LearningRateSchedule,
  imagesSeen: number,
  stepImages = 0,
): number {
  const { warmupImages = 0 } = schedule;
  const warmup = warmupImages > 0 ? Math.min(1, (imagesSeen + stepImages) / warmupImages) : 1;
  return warmup * computeShape(schedule, imagesSeen);
}

function computeShape(schedule: LearningRateSchedule, imagesSeen: number): number {
  if (schedule.type === "constant") return 1;
  if (schedule.type === "steps") {
    if (!(schedule.everyImages > 0)) {
      throw new ConfigError("core", `everyImages must be above 0, got ${schedule.everyImages}.`);
    }
    return schedule.factor ** Math.floor(imagesSeen / schedule.everyImages);
  }
  const { fromImages, toImages, factor = 0 } = schedule;
  if (!(fromImages >= 0 && toImages > fromImages)) {
    throw new ConfigError(
      "core",
      `a schedule must end after it begins, got fromImages ${fromImages} and toImages ${toImages}.`,
    );
  }
  const progress = Math.min(1, Math.max(0, (imagesSeen - fromImages) / (toImages - fromImages)));
  const remaining = schedule.type === "linear" ? 1 - progress : (1 + Math.cos(Math.PI * progress)) / 2;
  return factor + (1 - factor) * remaining;
}
