import { ConfigError } from "../errors/index.js";
import { checkFeaturePair, type FeatureMatrix } from "./check-features.js";
import { type MatrixOptions, multiplyPortably } from "./matrix-product.js";
import { computeDistanceTiles, computeNeighbourRadii } from "./pairwise-distances.js";

/** Options of {@link computePrecisionRecall}. */
export interface PrecisionRecallOptions extends MatrixOptions {
  /** The neighbour whose distance is the radius, for precision and recall. Default 3. */
  neighbours?: number | undefined;
  /** The same for density and coverage. Default 5. */
  densityNeighbours?: number | undefined;
}

/** How true to the real pictures the generated ones are, and how many kinds of them they show. */
export interface PrecisionRecall {
  /** Share of generated pictures within the real ones' neighbourhoods, 0 to 1. */
  precision: number;
  /** Share of real pictures within the generated ones' neighbourhoods, 0 to 1. */
  recall: number;
  /** Real neighbourhoods that a generated picture lies in, of those expected: 1 for equal sets, may be more. */
  density: number;
  /** Share of real pictures with a generated one in their neighbourhood, 0 to 1. */
  coverage: number;
}

/**
 * Improved precision and recall (Kynkäänniemi et al. 2019) and density and coverage (Naeem et al. 2020).
 * A picture's neighbourhood is the ball up to its k-th nearest neighbour among its own set; the ball's
 * surface belongs to it (`<=`) for precision and recall, not (`<`) for density and coverage, as in the
 * published code.
 *
 * @throws DataError for sets that are not larger than k or do not fit, ConfigError for a broken k.
 */
export function computePrecisionRecall(
  real: FeatureMatrix,
  fake: FeatureMatrix,
  options: PrecisionRecallOptions = {},
): PrecisionRecall {
  const { multiply = multiplyPortably, neighbours = 3, densityNeighbours = 5 } = options;
  for (const [name, k] of Object.entries({ neighbours, densityNeighbours })) {
    if (Number.isInteger(k) && k >= 1) continue;
    throw new ConfigError("core", `${name} must be a whole number from 1, got ${k}.`);
  }
  checkFeaturePair(real, fake, Math.max(neighbours, densityNeighbours) + 1);
  const realRadii = computeNeighbourRadii(real, neighbours, multiply);
  const fakeRadii = computeNeighbourRadii(fake, neighbours, multiply);
  const densityRadii =
    densityNeighbours === neighbours ? realRadii : computeNeighbourRadii(real, densityNeighbours, multiply);
  const precise = new Uint8Array(fake.count);
  const recalled = new Uint8Array(real.count);
  const covered = new Uint8Array(real.count);
  let within = 0;
  for (const { firstRow, rows, firstColumn, columns, squares } of computeDistanceTiles(
    real,
    fake,
    multiply,
  )) {
    for (let i = 0; i < rows; i++) {
      const row = firstRow + i;
      const realRadius = realRadii[row] as number;
      const densityRadius = densityRadii[row] as number;
      for (let j = 0; j < columns; j++) {
        const square = squares[i * columns + j] as number;
        const column = firstColumn + j;
        if (square <= realRadius) precise[column] = 1;
        if (square <= (fakeRadii[column] as number)) recalled[row] = 1;
        if (square < densityRadius) {
          within++;
          covered[row] = 1;
        }
      }
    }
  }
  return {
    precision: share(precise),
    recall: share(recalled),
    density: within / (densityNeighbours * fake.count),
    coverage: share(covered),
  };
}

const share = (flags: Uint8Array) => flags.reduce((sum, flag) => sum + flag, 0) / flags.length;
