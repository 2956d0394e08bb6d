/** Middle value of a sorted copy, at `part` of the way: 0.5 is the median. NaN of an empty list. */
export function computeQuantile(values: readonly number[], part: number): number {
  const sorted = [...values].sort((a, b) => a - b);
  const at = (sorted.length - 1) * part;
  const [low, high] = [sorted[Math.floor(at)], sorted[Math.ceil(at)]];
  return low === undefined || high === undefined ? Number.NaN : low + (high - low) * (at - Math.floor(at));
}

/** The median, NaN of an empty list. */
export const computeMedian = (values: readonly number[]): number => computeQuantile(values, 0.5);
