import { type FeatureMatrix, takeRows } from "./check-features.js";
import type { MatrixProduct } from "./matrix-product.js";

/** Squared Euclidean distances of some rows of one set to some of another. */
export interface DistanceTile {
  firstRow: number;
  rows: number;
  firstColumn: number;
  columns: number;
  /** [rows, columns]. */
  squares: Float64Array;
}

const rowsAtOnce = 1024;

/**
 * Squared distances ‖x - y‖² = ‖x‖² + ‖y‖² - 2xᵀy of all pairs, tile by tile in float64. Where the
 * difference cancels most digits, as for equal pictures, it is summed directly.
 */
export function* computeDistanceTiles(
  one: FeatureMatrix,
  other: FeatureMatrix,
  multiply: MatrixProduct,
): Generator<DistanceTile> {
  const { size } = one;
  for (let firstRow = 0; firstRow < one.count; firstRow += rowsAtOnce) {
    const rows = Math.min(rowsAtOnce, one.count - firstRow);
    const left = takeRows(one, firstRow, rows);
    const leftNorms = computeNorms(left, size);
    for (let firstColumn = 0; firstColumn < other.count; firstColumn += rowsAtOnce) {
      const columns = Math.min(rowsAtOnce, other.count - firstColumn);
      const right = takeRows(other, firstColumn, columns);
      const rightNorms = computeNorms(right, size);
      const squares = multiply(left, right, { rows, inner: size, columns, transposeB: true });
      for (let row = 0; row < rows; row++) {
        for (let column = 0; column < columns; column++) {
          const at = row * columns + column;
          const norms = (leftNorms[row] as number) + (rightNorms[column] as number);
          const square = norms - 2 * (squares[at] as number);
          squares[at] = square > 1e-8 * norms ? square : sumSquares(left, right, row, column, size);
        }
      }
      yield { firstRow, rows, firstColumn, columns, squares };
    }
  }
}

function computeNorms(values: Float64Array, size: number): Float64Array {
  const norms = new Float64Array(values.length / size);
  for (let row = 0; row < norms.length; row++) {
    let sum = 0;
    for (let index = row * size; index < (row + 1) * size; index++) sum += (values[index] as number) ** 2;
    norms[row] = sum;
  }
  return norms;
}

function sumSquares(
  left: Float64Array,
  right: Float64Array,
  row: number,
  column: number,
  size: number,
): number {
  let sum = 0;
  for (let index = 0; index < size; index++) {
    sum += ((left[row * size + index] as number) - (right[column * size + index] as number)) ** 2;
  }
  return sum;
}

/** Squared distance of each row to its k-th nearest neighbour in the same set besides itself, [count]. */
export function computeNeighbourRadii(set: FeatureMatrix, k: number, multiply: MatrixProduct): Float64Array {
  const nearest = new Float64Array(set.count * k).fill(Number.POSITIVE_INFINITY); // ascending in each row
  for (const { firstRow, rows, firstColumn, columns, squares } of computeDistanceTiles(set, set, multiply)) {
    for (let row = 0; row < rows; row++) {
      const from = (firstRow + row) * k;
      const last = from + k - 1;
      for (let column = 0; column < columns; column++) {
        const square = squares[row * columns + column] as number;
        if (square >= (nearest[last] as number) || firstRow + row === firstColumn + column) continue;
        let place = last;
        while (place > from && (nearest[place - 1] as number) > square) {
          nearest[place] = nearest[place - 1] as number;
          place--;
        }
        nearest[place] = square;
      }
    }
  }
  return Float64Array.from({ length: set.count }, (_, row) => nearest[row * k + k - 1] as number);
}
