/** Sizes of a product op(A)·op(B): [rows, inner] times [inner, columns] after any transposition. */
export interface ProductSizes {
  /** Rows of the first matrix. */
  rows: number;
  /** Columns of the first matrix, rows of the second. */
  inner: number;
  /** Columns of the second matrix. */
  columns: number;
  /** A is stored as [inner, rows]. Default false. */
  transposeA?: boolean;
  /** B is stored as [columns, inner]. Default false. */
  transposeB?: boolean;
}

/**
 * C = op(A)·op(B) in float64, row by row. `multiplyDoubles` of `@gan/backend-ort` is one, and some
 * fifteen times as fast as {@link multiplyPortably}, the default.
 *
 * @param target Filled and returned when it is given.
 */
export type MatrixProduct = (
  a: Float64Array,
  b: Float64Array,
  sizes: ProductSizes,
  target?: Float64Array,
) => Float64Array;

/** What most metrics take besides their features. */
export interface MatrixOptions {
  /** Default {@link multiplyPortably}. */
  multiply?: MatrixProduct | undefined;
}

/** Inner products are summed over so many rows of B at a time, which then stay in the cache. */
const innerBlock = 64;

/** The product in plain JavaScript, for where there is nothing faster. */
export const multiplyPortably: MatrixProduct = (a, b, sizes, target) => {
  const { rows, inner, columns, transposeA = false, transposeB = false } = sizes;
  const left = transposeA ? transpose(a, inner, rows) : a;
  const right = transposeB ? transpose(b, columns, inner) : b;
  const result = target ?? new Float64Array(rows * columns);
  result.fill(0);
  for (let first = 0; first < inner; first += innerBlock) {
    const end = Math.min(inner, first + innerBlock);
    for (let row = 0; row < rows; row++) {
      const to = row * columns;
      for (let step = first; step < end; step++) {
        const factor = left[row * inner + step] as number;
        const from = step * columns;
        for (let column = 0; column < columns; column++) {
          (result[to + column] as number) += factor * (right[from + column] as number);
        }
      }
    }
  }
  return result;
};

/** [rows, columns] → [columns, rows]. */
function transpose(matrix: Float64Array, rows: number, columns: number): Float64Array {
  const result = new Float64Array(rows * columns);
  for (let row = 0; row < rows; row++) {
    for (let column = 0; column < columns; column++) {
      result[column * rows + row] = matrix[row * columns + column] as number;
    }
  }
  return result;
}
