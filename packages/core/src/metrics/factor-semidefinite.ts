import type { MatrixProduct } from "./matrix-product.js";

/** A factor L of a positive semidefinite matrix A = L·Lᵀ. */
export interface SemidefiniteFactor {
  /** [size, rank]. */
  factor: Float64Array;
  rank: number;
}

/** Columns that are eliminated before the rest of the matrix is brought up to date in one product. */
const blockSize = 32;

/**
 * Factors a positive semidefinite matrix, singular ones included, by Cholesky's method with diagonal
 * pivoting, in blocks (Hammarling, Higham and Lucas 2007; LAPACK's dpstrf). It ends where what is left
 * has no diagonal entry over size · ε · max(diagonal): that is the rank.
 *
 * @param matrix [size, size], symmetric; overwritten.
 */
export function factorSemidefinite(
  matrix: Float64Array,
  size: number,
  multiply: MatrixProduct,
): SemidefiniteFactor {
  const order = Uint32Array.from({ length: size }, (_, index) => index);
  let largest = 0;
  for (let index = 0; index < size; index++) {
    largest = Math.max(largest, matrix[index * size + index] as number);
  }
  const tolerance = size * Number.EPSILON * largest;
  let rank = 0;
  for (let first = 0; first < size && rank === first; first += blockSize) {
    const end = Math.min(size, first + blockSize);
    rank = eliminateBlock(matrix, size, first, end, tolerance, order);
    if (rank === end && end < size) updateRest(matrix, size, first, end, multiply);
  }
  const factor = new Float64Array(size * rank);
  for (let row = 0; row < size; row++) {
    const filled = Math.min(row + 1, rank); // above the diagonal lies what was there before
    const to = (order[row] as number) * rank;
    for (let column = 0; column < filled; column++) {
      factor[to + column] = matrix[row * size + column] as number;
    }
  }
  return { factor, rank };
}

/** Makes columns `first` to `end` those of L; gives the number of columns done, under `end` at the rank. */
function eliminateBlock(
  matrix: Float64Array,
  size: number,
  first: number,
  end: number,
  tolerance: number,
  order: Uint32Array,
): number {
  const squares = new Float64Array(size); // of each row's part of L within this block
  for (let column = first; column < end; column++) {
    let pivot = column;
    let greatest = Number.NEGATIVE_INFINITY;
    for (let row = column; row < size; row++) {
      if (column > first) (squares[row] as number) += (matrix[row * size + column - 1] as number) ** 2;
      const left = (matrix[row * size + row] as number) - (squares[row] as number);
      if (left > greatest) [pivot, greatest] = [row, left];
    }
    if (!(greatest > tolerance)) return column;
    if (pivot !== column) {
      exchange(matrix, size, first, column, pivot);
      swap(squares, column, pivot);
      swap(order, column, pivot);
    }
    const diagonal = Math.sqrt(greatest);
    const top = column * size;
    matrix[top + column] = diagonal;
    for (let row = column + 1; row < size; row++) {
      const at = row * size;
      let value = matrix[at + column] as number;
      for (let done = first; done < column; done++) {
        value -= (matrix[at + done] as number) * (matrix[top + done] as number);
      }
      matrix[at + column] = value / diagonal;
    }
  }
  return end;
}

/** Swaps two rows and the same columns of what is left. */
function exchange(matrix: Float64Array, size: number, first: number, one: number, other: number): void {
  for (let column = 0; column < size; column++) swap(matrix, one * size + column, other * size + column);
  for (let row = first; row < size; row++) swap(matrix, row * size + one, row * size + other);
}

/** Takes L's new columns off what is left: A - L·Lᵀ. */
function updateRest(
  matrix: Float64Array,
  size: number,
  first: number,
  end: number,
  multiply: MatrixProduct,
): void {
  const [rows, inner] = [size - end, end - first];
  const columns = new Float64Array(rows * inner);
  for (let row = 0; row < rows; row++) {
    const from = (end + row) * size + first;
    columns.set(matrix.subarray(from, from + inner), row * inner);
  }
  const product = multiply(columns, columns, { rows, inner, columns: rows, transposeB: true });
  for (let row = 0; row < rows; row++) {
    const to = (end + row) * size + end;
    for (let column = 0; column < rows; column++) {
      (matrix[to + column] as number) -= product[row * rows + column] as number;
    }
  }
}

function swap(values: Float64Array | Uint32Array, one: number, other: number): void {
  const value = values[one] as number;
  values[one] = values[other] as number;
  values[other] = value;
}
