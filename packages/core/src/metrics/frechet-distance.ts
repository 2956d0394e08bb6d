import { DataError } from "../errors/index.js";
import { factorSemidefinite, type SemidefiniteFactor } from "./factor-semidefinite.js";
import type { FeatureStatistics } from "./feature-statistics.js";
import { type MatrixOptions, type MatrixProduct, multiplyPortably } from "./matrix-product.js";
import { computeSymmetricEigenvalues } from "./symmetric-eigenvalues.js";

/**
 * The Fréchet distance ‖μ₁ - μ₂‖² + tr(Σ₁ + Σ₂ - 2·√(Σ₁Σ₂)) of two Gaussians, in float64: FID on
 * features of Inception (Heusel et al. 2017), the Fréchet classifier distance on those of another
 * network.
 *
 * tr √(Σ₁Σ₂) is the sum of the singular values of L₁ᵀL₂ where Σ = LLᵀ. They come from the eigenvalues of
 * a symmetric matrix, so that nothing is ever complex, and singular covariances (fewer pictures than
 * features, constant features) are no special case: nothing is added to any diagonal. For equal sets
 * the result is 0 up to rounding, of either sign.
 *
 * @throws DataError when the sizes differ, or a statistic is not finite.
 */
export function computeFrechetDistance(
  one: FeatureStatistics,
  other: FeatureStatistics,
  { multiply = multiplyPortably }: MatrixOptions = {},
): number {
  checkStatistics(one);
  checkStatistics(other);
  const { size } = one;
  if (size !== other.size) {
    throw new DataError(
      "core",
      `statistics must be of one number of features, got ${size} and ${other.size}. Extract both with the same network.`,
    );
  }
  let distance = 0;
  for (let index = 0; index < size; index++) {
    distance += ((one.mean[index] as number) - (other.mean[index] as number)) ** 2;
    distance += one.covariance[index * size + index] as number;
    distance += other.covariance[index * size + index] as number;
  }
  const factors = [one, other].map(({ covariance }) =>
    factorSemidefinite(covariance.slice(), size, multiply),
  ) as [SemidefiniteFactor, SemidefiniteFactor];
  return distance - 2 * sumSingularValues(factors[0], factors[1], size, multiply);
}

/** Σ σ(L₁ᵀL₂), from the eigenvalues of the smaller of M·Mᵀ and Mᵀ·M. */
function sumSingularValues(
  one: SemidefiniteFactor,
  other: SemidefiniteFactor,
  size: number,
  multiply: MatrixProduct,
): number {
  const [small, large] = one.rank <= other.rank ? [one, other] : [other, one];
  if (small.rank === 0) return 0;
  const [rows, columns] = [large.rank, small.rank];
  // [large.rank, small.rank]
  const m = multiply(large.factor, small.factor, { rows, inner: size, columns, transposeA: true });
  const product = multiply(m, m, { rows: columns, inner: rows, columns, transposeA: true });
  const eigenvalues = computeSymmetricEigenvalues(product, columns, { multiply });
  return eigenvalues.reduce((sum, value) => sum + Math.sqrt(Math.max(value, 0)), 0);
}

function checkStatistics({ mean, covariance, size }: FeatureStatistics): void {
  if (mean.length !== size || covariance.length !== size * size) {
    throw new DataError(
      "core",
      `statistics of ${size} features need a mean of ${size} and a covariance of ${size * size} values, got ${mean.length} and ${covariance.length}.`,
    );
  }
  if (mean.every(Number.isFinite) && covariance.every(Number.isFinite)) return;
  throw new DataError(
    "core",
    "statistics must be finite, got NaN or infinity in the mean or covariance. They are of features of a network that diverged, or of fewer than two pictures.",
  );
}
