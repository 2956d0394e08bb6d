/**
 * The largest difference between two providers' losses, as a part of their size: of the first step, where both have the
 * same weights and noise, and of all. Rounding alone makes later steps drift apart.
 *
 * @param reference Of each step, in the phases' order.
 */
export function compareLosses(
  reference: readonly (readonly number[])[],
  other: readonly (readonly number[])[],
): readonly [number, number] {
  const differences = reference.map((losses, step) =>
    Math.max(
      ...losses.map((loss, at) => {
        const value = other[step]?.[at] ?? Number.NaN;
        return Math.abs(value - loss) / Math.max(1, Math.abs(loss));
      }),
    ),
  );
  return [differences[0] as number, Math.max(...differences)];
}
