import { DataError } from "../errors/index.js";
import { checkFeatures, type FeatureMatrix } from "./check-features.js";
import { type MatrixOptions, type MatrixProduct, multiplyPortably } from "./matrix-product.js";

/** Mean and covariance of features: all that the Fréchet distance needs. */
export interface FeatureStatistics {
  /** Pictures that they are of; 0 where a file does not say. */
  count: number;
  /** Values in a picture's features. */
  size: number;
  /** [size]. */
  mean: Float64Array;
  /** [size, size], symmetric, with divisor count - 1. */
  covariance: Float64Array;
}

/** Rows that are gathered before a product. */
const rowsAtOnce = 1024;
/** Columns of a tile: only those tiles on and above the diagonal are computed. */
const tileSize = 512;

/**
 * Takes in any number of features and holds none of them: μ = Σx/n and Σ = Σ(x - μ)(x - μ)ᵀ/(n - 1) in
 * float64, in memory of a few covariances. Sums are kept about the first features' mean, so that a mean
 * far from 0 costs no digits.
 */
export class StatisticsAccumulator {
  readonly #size: number;
  readonly #multiply: MatrixProduct;
  readonly #tiles: readonly Tile[];
  readonly #buffers: readonly Float64Array[]; // for each band of columns, [rowsAtOnce, width]
  readonly #sum: Float64Array; // of x - shift
  #shift: Float64Array | undefined;
  #filled = 0;
  #count = 0;

  /** @param size Values in a picture's features. */
  constructor(size: number, { multiply = multiplyPortably }: MatrixOptions = {}) {
    this.#size = size;
    this.#multiply = multiply;
    this.#sum = new Float64Array(size);
    const bands = Math.ceil(size / tileSize);
    const widthOf = (band: number) => Math.min(tileSize, size - band * tileSize);
    this.#buffers = Array.from({ length: bands }, (_, band) => new Float64Array(rowsAtOnce * widthOf(band)));
    this.#tiles = Array.from({ length: bands }, (_, upper) =>
      Array.from({ length: bands - upper }, (__, offset) => ({
        row: upper,
        column: upper + offset,
        rows: widthOf(upper),
        columns: widthOf(upper + offset),
        sums: new Float64Array(widthOf(upper) * widthOf(upper + offset)),
      })),
    ).flat();
  }

  /** Pictures taken in so far. */
  get count(): number {
    return this.#count;
  }

  /**
   * Takes in features.
   *
   * @throws DataError when they are of another size or not finite.
   */
  add(features: FeatureMatrix): void {
    if (features.size !== this.#size) {
      throw new DataError(
        "core",
        `statistics of ${this.#size} features cannot take in ${features.size}. Extract all with one network.`,
      );
    }
    checkFeatures(features, "all");
    this.#shift ??= computeMean(features);
    for (let row = 0; row < features.count; row++) {
      this.#put(features.values, row * this.#size, this.#shift);
      if (this.#filled === rowsAtOnce) this.#flush();
    }
    this.#count += features.count;
  }

  /** Puts a row, less the shift, into the buffers. */
  #put(values: FeatureMatrix["values"], from: number, shift: Float64Array): void {
    this.#buffers.forEach((buffer, band) => {
      const first = band * tileSize;
      const width = buffer.length / rowsAtOnce;
      const to = this.#filled * width;
      for (let column = 0; column < width; column++) {
        const value = (values[from + first + column] as number) - (shift[first + column] as number);
        buffer[to + column] = value;
        (this.#sum[first + column] as number) += value;
      }
    });
    this.#filled++;
  }

  /** Adds the products of the gathered rows to the tiles. */
  #flush(): void {
    const inner = this.#filled;
    for (const { row, column, rows, columns, sums } of this.#tiles) {
      const left = (this.#buffers[row] as Float64Array).subarray(0, inner * rows);
      const right = (this.#buffers[column] as Float64Array).subarray(0, inner * columns);
      const product = this.#multiply(left, right, { rows, inner, columns, transposeA: true });
      for (let index = 0; index < sums.length; index++) {
        (sums[index] as number) += product[index] as number;
      }
    }
    this.#filled = 0;
  }

  /**
   * The statistics so far; more may be taken in afterwards.
   *
   * @throws DataError for fewer than two pictures, which have no covariance.
   */
  compute(): FeatureStatistics {
    if (this.#shift === undefined || this.#count < 2) {
      throw new DataError(
        "core",
        `a covariance needs at least 2 pictures, got ${this.#count}. Take more: 10,000 are usual.`,
      );
    }
    if (this.#filled > 0) this.#flush();
    const [size, count, shift] = [this.#size, this.#count, this.#shift];
    const offset = this.#sum.map((sum) => sum / count); // mean less shift
    const mean = offset.map((value, index) => value + (shift[index] as number));
    const covariance = new Float64Array(size * size);
    for (const { row, column, rows, columns, sums } of this.#tiles) {
      for (let y = 0; y < rows; y++) {
        const i = row * tileSize + y;
        for (let x = 0; x < columns; x++) {
          const j = column * tileSize + x;
          if (j < i) continue;
          const moment = sums[y * columns + x] as number;
          const value = (moment - count * (offset[i] as number) * (offset[j] as number)) / (count - 1);
          covariance[i * size + j] = value;
          covariance[j * size + i] = value;
        }
      }
    }
    return { count, size, mean, covariance };
  }
}

/** A block of Σ(x - shift)(x - shift)ᵀ on or above the diagonal; `row` and `column` count bands. */
interface Tile {
  row: number;
  column: number;
  rows: number;
  columns: number;
  sums: Float64Array;
}

function computeMean({ values, count, size }: FeatureMatrix): Float64Array {
  const mean = new Float64Array(size);
  for (let index = 0; index < values.length; index++) {
    (mean[index % size] as number) += (values[index] as number) / count;
  }
  return mean;
}

/**
 * Mean and covariance of features that are in memory already.
 *
 * @throws DataError for fewer than two pictures, or values that are not finite.
 */
export function computeStatistics(features: FeatureMatrix, options: MatrixOptions = {}): FeatureStatistics {
  const accumulator = new StatisticsAccumulator(features.size, options);
  accumulator.add(features);
  return accumulator.compute();
}
