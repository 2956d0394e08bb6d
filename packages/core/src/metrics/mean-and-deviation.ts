/** What several measurements of one thing gave. */
export interface MeanAndDeviation {
  /** The arithmetic mean. */
  mean: number;
  /** Standard deviation of the measurements themselves (divisor n), not of their mean. */
  deviation: number;
}

/** @param values At least one. */
export function computeMeanAndDeviation(values: readonly number[]): MeanAndDeviation {
  const mean = values.reduce((sum, value) => sum + value, 0) / values.length;
  const variance = values.reduce((sum, value) => sum + (value - mean) ** 2, 0) / values.length;
  return { mean, deviation: Math.sqrt(variance) };
}
