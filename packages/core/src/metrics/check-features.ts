import { DataError } from "../errors/index.js";

/** Features of several pictures, row by row. */
export interface FeatureMatrix {
  /** [count, size], float32 or float64. */
  values: Float32Array | Float64Array;
  /** Rows: one for each picture. */
  count: number;
  /** Values in a picture's features. */
  size: number;
}

/**
 * Checks features at the edge of a metric.
 *
 * @param what What they are of, for the error, for example `real`.
 * @param least Pictures that the metric needs.
 * @throws DataError when there are fewer pictures, an array of another length, or values that are not finite.
 */
export function checkFeatures(features: FeatureMatrix, what: string, least = 1): void {
  const { values, count, size } = features;
  if (values.length !== count * size || size < 1) {
    throw new DataError(
      "core",
      `features of ${what} pictures must be [${count}, ${size}], got ${values.length} values.`,
    );
  }
  if (count < least) {
    throw new DataError(
      "core",
      `this metric needs at least ${least} ${what} pictures, got ${count}. Take more.`,
    );
  }
  for (let index = 0; index < values.length; index++) {
    if (Number.isFinite(values[index])) continue;
    throw new DataError(
      "core",
      `features must be finite: value ${index % size} of ${what} picture ${Math.floor(index / size)} is ${values[index]}. The network that made the picture or the features has diverged.`,
    );
  }
}

/**
 * Checks that two sets of features can be compared.
 *
 * @throws DataError when their sizes differ, or {@link checkFeatures} does.
 */
export function checkFeaturePair(real: FeatureMatrix, fake: FeatureMatrix, least = 1): void {
  checkFeatures(real, "real", least);
  checkFeatures(fake, "generated", least);
  if (real.size === fake.size) return;
  throw new DataError(
    "core",
    `both sets must have features of one size, got ${real.size} for the real and ${fake.size} for the generated. Extract both with the same network.`,
  );
}

/** The rows `first` to `first + count` as float64. */
export function takeRows({ values, size }: FeatureMatrix, first: number, count: number): Float64Array {
  return Float64Array.from(values.subarray(first * size, (first + count) * size));
}
