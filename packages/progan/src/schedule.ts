import { levelOfSize, lookUpSide, type ProganConfig, sizeOfLevel } from "./config.js";

/** A stretch of training at one level, while it fades in or after. */
export interface GrowthStage {
  /** For example `16 fading` or `16`. */
  key: string;
  /** Doublings above 4×4. */
  level: number;
  /** Side of the pictures. */
  size: number;
  /** Whether the newest layers are still fading in. */
  isFading: boolean;
  /** Images before its first step. */
  fromImages: number;
  /** Images before the next stage; Infinity for the last. */
  toImages: number;
  /** Pictures in a batch. */
  batchSize: number;
  /** Adam's step size. */
  learningRate: number;
}

/** A pure function of the images seen: all stages in order. */
export type GrowthSchedule = readonly GrowthStage[];

/**
 * Lays out the growth: the first level stays for `stableImages`; each next one fades in over `fadeImages`
 * and then stays. Lengths are rounded up to whole batches. The last level stays for ever. Karras et al.
 * 2018, section 2 and appendix A.
 */
export function computeSchedule(config: ProganConfig): GrowthSchedule {
  const first = levelOfSize(config.startSize);
  const last = levelOfSize(config.imageSize);
  const stages: GrowthStage[] = [];
  let fromImages = 0;
  for (let level = first; level <= last; level++) {
    const size = sizeOfLevel(level);
    const batchSize = lookUpSide(config.batchSizes, size) as number;
    const learningRate = lookUpSide(config.learningRates, size) as number;
    for (const isFading of level === first ? [false] : [true, false]) {
      const images = isFading ? config.fadeImages : config.stableImages;
      const isLast = level === last && !isFading;
      const toImages = isLast
        ? Number.POSITIVE_INFINITY
        : fromImages + Math.ceil(images / batchSize) * batchSize;
      const key = isFading ? `${size} fading` : `${size}`;
      stages.push({ key, level, size, isFading, fromImages, toImages, batchSize, learningRate });
      fromImages = toImages;
    }
  }
  return stages;
}

/** The stage in which the step after `imagesSeen` images lies. */
export function stageAt(schedule: GrowthSchedule, imagesSeen: number): GrowthStage {
  return schedule.find(({ toImages }) => imagesSeen < toImages) as GrowthStage;
}

/** Weight of the new level in a step, in [0, 1): 0 as it begins to fade in, 1 when it stays. */
export function fadeAt(schedule: GrowthSchedule, imagesSeen: number): number {
  const { isFading, fromImages, toImages } = stageAt(schedule, imagesSeen);
  return isFading ? (imagesSeen - fromImages) / (toImages - fromImages) : 1;
}

/** The schedule as lines of text with a bar for each stage, drawn to scale. */
export function drawSchedule(schedule: GrowthSchedule, totalImages: number): string {
  const width = 40;
  const rows = schedule
    .filter(({ fromImages }) => fromImages < totalImages)
    .map((stage) => {
      const end = Math.min(stage.toImages, totalImages);
      const [left, right] = [stage.fromImages, end].map((images) =>
        Math.round((images / totalImages) * width),
      );
      const bar = (stage.isFading ? "░" : "█").repeat(Math.max(1, (right as number) - (left as number)));
      const name = `${stage.size}×${stage.size}`.padStart(9);
      const what = stage.isFading ? "fades in" : "stays   ";
      const place = `${" ".repeat(left as number)}${bar}`.padEnd(width + 1);
      return `${name} ${what} ${place} ${stage.fromImages} to ${end} images, batch ${stage.batchSize}`;
    });
  return rows.join("\n");
}
