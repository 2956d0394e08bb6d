import { mkdirSync } from "node:fs";
import { join } from "node:path";
import type { FeatureMetric } from "@gan/core";
import { createQualityCases, type QualityCase } from "../quality/cases.js";
import type { AnyBench } from "../variants/find-variants.js";
import type { Learned, Training } from "./rows.js";
import { runScript } from "./run-script.js";
import type { TrainingAnswer, TrainingRequest } from "./train-variant.js";

/** The budget of a training. */
export interface TrainingBudget {
  isSmoke: boolean;
  /** Instead of what the variant says. */
  images?: number | undefined;
  /** Instead of images: as many as fit by the throughput. */
  minutes?: number | undefined;
  imagesPerSecond: number | undefined;
  seed: number;
  threads: number;
  /** Of the report: runs are kept there. */
  work: string;
  /** Where pictures go. */
  grids: string;
  python?: string | undefined;
}

/** Pictures of each kind in a short run's measurements. */
const smokeCount = 300;

/** A variant's training as a short run does it. */
export function shorten(one: QualityCase): QualityCase {
  const { settings, smoke, heldOut, count } = one;
  return {
    ...one,
    images: smoke.images,
    settings: { ...settings, ...smoke.settings },
    count: Math.min(count, smokeCount),
    ...(heldOut !== undefined && {
      heldOut: {
        ...heldOut,
        ...(heldOut.count !== undefined && { count: Math.min(heldOut.count, smokeCount) }),
      },
    }),
  };
}

/** Images to learn from: what was asked for, or what fits into the minutes, or what the variant says. */
export function chooseImages(
  one: QualityCase,
  budget: Pick<TrainingBudget, "images" | "minutes" | "imagesPerSecond">,
) {
  const { images, minutes, imagesPerSecond } = budget;
  if (images !== undefined) return images;
  if (minutes === undefined) return one.images;
  if (imagesPerSecond === undefined) throw new RangeError("--minutes needs throughput to be measured too");
  return Math.max(64, Math.round((minutes * 60 * imagesPerSecond) / 64) * 64);
}

/** Trains the variant's first training and measures it, in a process of its own. */
export async function measureTraining(
  gan: string,
  bench: AnyBench,
  budget: TrainingBudget,
): Promise<{ training: Training; peer?: Learned }> {
  const [given] = createQualityCases(gan, bench) as [QualityCase];
  const one = budget.isSmoke ? shorten(given) : given;
  const { seed, threads, work, grids, python } = budget;
  const metrics: FeatureMetric[] = budget.isSmoke ? ["kid"] : ["fid", "kid", "prdc"];
  mkdirSync(grids, { recursive: true });
  const request: TrainingRequest = {
    case: one,
    images: chooseImages(one, budget),
    ...{ seed, threads, metrics, python },
    points: budget.isSmoke ? 2 : 5,
    folder: join(work, one.name),
    grid: join(grids, `${gan}.png`),
  };
  mkdirSync(request.folder, { recursive: true });
  const answer = await runScript<TrainingAnswer>("train-variant.ts", [JSON.stringify(request)], { threads });
  return { ...answer, training: { ...answer.training, grid: `${gan}.png` } };
}
