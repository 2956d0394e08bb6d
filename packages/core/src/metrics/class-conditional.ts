import { DataError } from "../errors/index.js";
import { checkFeatures, type FeatureMatrix } from "./check-features.js";
import { computeStatistics } from "./feature-statistics.js";
import { computeFrechetDistance } from "./frechet-distance.js";
import type { MatrixOptions } from "./matrix-product.js";

/** How often pictures show the class that was asked for. */
export interface ConditionalAccuracy {
  /** Share of all pictures, 0 to 1. */
  accuracy: number;
  /** Share of each class's pictures; NaN for classes that were not asked for. */
  byClass: number[];
}

/**
 * The share of generated pictures that a classifier takes for the class that was asked for.
 *
 * @param logits [count, classes].
 * @param labels The classes asked for, [count].
 * @throws DataError for labels that are none of the classifier's classes.
 */
export function computeConditionalAccuracy(
  logits: FeatureMatrix,
  labels: ArrayLike<number>,
): ConditionalAccuracy {
  const { values, count, size } = logits;
  checkFeatures(logits, "generated");
  checkLabels(labels, count, size);
  const [asked, right] = [new Float64Array(size), new Float64Array(size)];
  for (let row = 0; row < count; row++) {
    const label = labels[row] as number;
    const scores = values.subarray(row * size, (row + 1) * size);
    let best = 0;
    for (let index = 1; index < size; index++) {
      if ((scores[index] as number) > (scores[best] as number)) best = index;
    }
    (asked[label] as number)++;
    if (best === label) (right[label] as number)++;
  }
  const sum = (counts: Float64Array) => counts.reduce((total, value) => total + value, 0);
  return {
    accuracy: sum(right) / sum(asked),
    byClass: Array.from(right, (value, index) => value / (asked[index] as number)),
  };
}

/** A set of features with the class of each. */
export interface LabelledFeatures extends FeatureMatrix {
  /** [count]. */
  labels: ArrayLike<number>;
}

/**
 * The mean over the classes of the Fréchet distance between real and generated pictures of one class:
 * unlike the distance of whole sets it sees pictures of the wrong class.
 *
 * @param classCount Classes that labels count.
 * @throws DataError when a class has fewer than two real or generated pictures.
 */
export function computeIntraClassDistance(
  real: LabelledFeatures,
  fake: LabelledFeatures,
  classCount: number,
  options: MatrixOptions = {},
): { mean: number; byClass: number[] } {
  checkLabels(real.labels, real.count, classCount);
  checkLabels(fake.labels, fake.count, classCount);
  const byClass = Array.from({ length: classCount }, (_, label) => {
    const parts = [real, fake].map((set) => selectClass(set, label)) as [FeatureMatrix, FeatureMatrix];
    const few = parts.findIndex(({ count }) => count < 2);
    if (few >= 0) {
      throw new DataError(
        "core",
        `class ${label} needs at least 2 ${few === 0 ? "real" : "generated"} pictures, got ${parts[few]?.count}. Take more of it.`,
      );
    }
    const [one, other] = parts;
    return computeFrechetDistance(
      computeStatistics(one, options),
      computeStatistics(other, options),
      options,
    );
  });
  return { mean: byClass.reduce((sum, value) => sum + value, 0) / classCount, byClass };
}

function selectClass({ values, size, count, labels }: LabelledFeatures, label: number): FeatureMatrix {
  const rows = Array.from({ length: count }, (_, row) => row).filter((row) => labels[row] === label);
  const selected = new Float32Array(rows.length * size);
  rows.forEach((row, place) => {
    selected.set(values.subarray(row * size, (row + 1) * size), place * size);
  });
  return { values: selected, count: rows.length, size };
}

function checkLabels(labels: ArrayLike<number>, count: number, classes: number): void {
  if (labels.length !== count) {
    throw new DataError("core", `${count} pictures need as many labels, got ${labels.length}.`);
  }
  for (let index = 0; index < count; index++) {
    const label = labels[index] as number;
    if (Number.isInteger(label) && label >= 0 && label < classes) continue;
    throw new DataError(
      "core",
      `labels must be whole numbers from 0 to ${classes - 1}, got ${label} for picture ${index}. Is the classifier for these classes?`,
    );
  }
}
