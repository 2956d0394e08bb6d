import { ConfigError } from "../errors/index.js";
import { Random } from "../random/index.js";
import { checkFeaturePair, type FeatureMatrix } from "./check-features.js";
import { type MatrixOptions, type MatrixProduct, multiplyPortably } from "./matrix-product.js";
import { computeMeanAndDeviation, type MeanAndDeviation } from "./mean-and-deviation.js";

/** Options of {@link computeKernelDistance}. */
export interface KernelDistanceOptions extends MatrixOptions {
  /** Default 100. */
  subsets?: number | undefined;
  /** Pictures of each set in a subset. Default 1,000, or all of the smaller set where it has fewer. */
  subsetSize?: number | undefined;
  /** Draws the subsets. Default: seed 0. */
  random?: Random | undefined;
  /** The subsets themselves, rows of `real` and of `fake`, instead of drawn ones: to repeat another tool's. */
  rows?: readonly { real: ArrayLike<number>; fake: ArrayLike<number> }[] | undefined;
}

/** A kernel distance, and of how large subsets. */
export interface KernelDistance extends MeanAndDeviation {
  /** How many subsets were compared. */
  subsets: number;
  /** Pictures of each kind in a subset. */
  subsetSize: number;
}

/**
 * The kernel inception distance (Bińkowski et al. 2018): the unbiased squared maximum mean discrepancy
 * with the kernel k(x, y) = (xᵀy/d + 1)³, mean and standard deviation over random subsets. Unlike FID it
 * has no bias for few pictures; around 0 it may be negative.
 *
 * @throws DataError for fewer than two pictures, or features that do not fit; ConfigError for subsets that
 *   are larger than the sets.
 */
export function computeKernelDistance(
  real: FeatureMatrix,
  fake: FeatureMatrix,
  options: KernelDistanceOptions = {},
): KernelDistance {
  const { multiply = multiplyPortably, random = new Random(0), rows } = options;
  checkFeaturePair(real, fake, 2);
  const largest = Math.min(real.count, fake.count);
  const subsetSize = rows?.[0]?.real.length ?? options.subsetSize ?? Math.min(1000, largest);
  const subsets = rows?.length ?? options.subsets ?? 100;
  if (!(Number.isInteger(subsetSize) && subsetSize >= 2 && subsetSize <= largest)) {
    throw new ConfigError(
      "core",
      `subsetSize must be a whole number from 2 to ${largest}, the pictures of the smaller set, got ${subsetSize}.`,
    );
  }
  if (!(Number.isInteger(subsets) && subsets >= 1)) {
    throw new ConfigError("core", `subsets must be a whole number from 1, got ${subsets}.`);
  }
  const values = Array.from({ length: subsets }, (_, index) => {
    const chosen = rows?.[index] ?? {
      real: drawRows(random, real.count, subsetSize),
      fake: drawRows(random, fake.count, subsetSize),
    };
    return computeDiscrepancy(gather(real, chosen.real), gather(fake, chosen.fake), real.size, multiply);
  });
  return { ...computeMeanAndDeviation(values), subsets, subsetSize };
}

/** The first of a random order: rows without repetition. */
function drawRows(random: Random, count: number, size: number): Uint32Array {
  const order = Uint32Array.from({ length: count }, (_, index) => index);
  for (let place = 0; place < size; place++) {
    const other = place + random.integer(count - place);
    const value = order[place] as number;
    order[place] = order[other] as number;
    order[other] = value;
  }
  return order.subarray(0, size);
}

/** [rows, size] as float64. */
function gather({ values, size }: FeatureMatrix, rows: ArrayLike<number>): Float64Array {
  const gathered = new Float64Array(rows.length * size);
  for (let row = 0; row < rows.length; row++) {
    const from = (rows[row] as number) * size;
    gathered.set(values.subarray(from, from + size), row * size);
  }
  return gathered;
}

/** Σ_{i≠j} k(xᵢ, xⱼ)/(n(n-1)) + Σ_{i≠j} k(yᵢ, yⱼ)/(n(n-1)) - 2 Σ k(xᵢ, yⱼ)/n². */
function computeDiscrepancy(
  real: Float64Array,
  fake: Float64Array,
  size: number,
  multiply: MatrixProduct,
): number {
  const count = real.length / size;
  const pairs = count * (count - 1);
  const within = (set: Float64Array) => sumKernel(set, set, size, multiply, false) / pairs;
  return within(real) + within(fake) - (2 * sumKernel(real, fake, size, multiply, true)) / (count * count);
}

/** Sums the kernel over all pairs, or those of different rows. */
function sumKernel(
  one: Float64Array,
  other: Float64Array,
  size: number,
  multiply: MatrixProduct,
  diagonal: boolean,
): number {
  const count = one.length / size;
  const product = multiply(one, other, { rows: count, inner: size, columns: count, transposeB: true });
  let sum = 0;
  for (let row = 0; row < count; row++) {
    let rowSum = 0; // keeps rounding errors small
    for (let column = 0; column < count; column++) {
      if (row === column && !diagonal) continue;
      const base = (product[row * count + column] as number) / size + 1;
      rowSum += base * base * base;
    }
    sum += rowSum;
  }
  return sum;
}
