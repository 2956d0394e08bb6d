import { Random } from "../random/index.js";
import { checkFeaturePair, type FeatureMatrix, takeRows } from "./check-features.js";
import { type MatrixOptions, multiplyPortably } from "./matrix-product.js";

/** Options of {@link computeSlicedWasserstein}. */
export interface SlicedWassersteinOptions extends MatrixOptions {
  /** Random directions. Default 512. */
  directions?: number | undefined;
  /** Draws the directions. Default: seed 0. */
  random?: Random | undefined;
}

/**
 * The sliced Wasserstein distance: the mean over random directions of the one-dimensional distance
 * ∫|F⁻¹(u) - G⁻¹(u)| du of the sets' projections (Rabin et al. 2011; Karras et al. 2017 on patches of a
 * Laplacian pyramid, see {@link describePatches}). Sets of different sizes are compared at their quantiles.
 *
 * @throws DataError for features that do not fit or are not finite.
 */
export function computeSlicedWasserstein(
  real: FeatureMatrix,
  fake: FeatureMatrix,
  options: SlicedWassersteinOptions = {},
): number {
  const { multiply = multiplyPortably, directions = 512, random = new Random(0) } = options;
  checkFeaturePair(real, fake);
  const { size } = real;
  let sum = 0;
  for (let index = 0; index < directions; index++) {
    const direction = Float64Array.from(random.normals(size));
    const norm = Math.sqrt(direction.reduce((total, value) => total + value * value, 0));
    const unit = direction.map((value) => value / norm);
    const [one, other] = [real, fake].map((set) => {
      const rows = takeRows(set, 0, set.count);
      return multiply(rows, unit, { rows: set.count, inner: size, columns: 1 }).sort();
    }) as [Float64Array, Float64Array];
    sum += compareSorted(one, other);
  }
  return sum / directions;
}

/** ∫|F⁻¹ - G⁻¹| of two samples in ascending order. */
function compareSorted(one: Float64Array, other: Float64Array): number {
  let [i, j, place, sum] = [0, 0, 0, 0];
  while (i < one.length && j < other.length) {
    const [endOne, endOther] = [(i + 1) / one.length, (j + 1) / other.length];
    const end = Math.min(endOne, endOther);
    sum += (end - place) * Math.abs((one[i] as number) - (other[j] as number));
    place = end;
    // Compared as whole numbers: shares of equal places may differ in their last bit.
    const order = (i + 1) * other.length - (j + 1) * one.length;
    if (order <= 0) i++;
    if (order >= 0) j++;
  }
  return sum;
}
