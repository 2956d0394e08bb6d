import { GanError } from "../errors/index.js";
import { type MatrixOptions, multiplyPortably } from "./matrix-product.js";
import { type Reflection, type Tridiagonal, tridiagonalize } from "./tridiagonalize.js";

/**
 * The eigenvalues of a symmetric matrix, in no order; each is right to about ε·‖A‖.
 *
 * @param matrix [size, size], symmetric and finite; overwritten.
 */
export function computeSymmetricEigenvalues(
  matrix: Float64Array,
  size: number,
  { multiply = multiplyPortably }: MatrixOptions = {},
): Float64Array {
  return computeTridiagonalEigenvalues(tridiagonalize(matrix, size, multiply));
}

/** What {@link computeSymmetricEigenvectors} gives. */
export interface SymmetricEigenvectors {
  /** [size], the largest first. */
  values: Float64Array;
  /** [size, size]: row i is the unit vector of value i, at right angles to the others. */
  vectors: Float64Array;
}

/**
 * Eigenvalues and eigenvectors of a symmetric matrix: `A·v = λ·v`. Of v and -v it gives the one whose largest entry
 * is positive.
 *
 * @param matrix [size, size], symmetric and finite; overwritten.
 */
export function computeSymmetricEigenvectors(
  matrix: Float64Array,
  size: number,
  { multiply = multiplyPortably }: MatrixOptions = {},
): SymmetricEigenvectors {
  const reflections: Reflection[] = [];
  const tridiagonal = tridiagonalize(matrix, size, multiply, reflections);
  // Rows are the columns of the matrix that diagonalises: a rotation then mixes two rows.
  const rows = Array.from({ length: size }, (_, index) => {
    const row = new Float64Array(size);
    row[index] = 1;
    return row;
  });
  const values = computeTridiagonalEigenvalues(tridiagonal, (index, cosine, sine) => {
    const [one, other] = [rows[index] as Float64Array, rows[index + 1] as Float64Array];
    for (let at = 0; at < size; at++) {
      const [a, b] = [one[at] as number, other[at] as number];
      one[at] = cosine * a - sine * b;
      other[at] = sine * a + cosine * b;
    }
  });
  const order = Array.from(values.keys()).sort((a, b) => (values[b] as number) - (values[a] as number));
  const vectors = new Float64Array(size * size);
  const backwards = reflections.reverse();
  for (const [place, index] of order.entries()) {
    const row = rows[index] as Float64Array;
    for (const reflection of backwards) reflect(row, reflection);
    const largest = row.reduce((found, value) => (Math.abs(value) > Math.abs(found) ? value : found), 0);
    vectors.set(largest < 0 ? row.map((value) => -value) : row, place * size);
  }
  return { values: Float64Array.from(order, (index) => values[index] as number), vectors };
}

/** x ← x - β·v·(vᵀx) */
function reflect(x: Float64Array, { beta, first, v }: Reflection): void {
  let dot = 0;
  for (let at = 0; at < v.length; at++) dot += (v[at] as number) * (x[first + at] as number);
  for (let at = 0; at < v.length; at++) (x[first + at] as number) -= beta * dot * (v[at] as number);
}

type OnRotation = (index: number, cosine: number, sine: number) => void;

/** Rounds of the iteration that one eigenvalue may take; two or three are usual. */
const mostRounds = 60;
/** Rounds after which what is small against the whole matrix counts as 0, as in the null space of a singular one. */
const patientRounds = 30;

/**
 * The eigenvalues of a tridiagonal matrix by the QL method with implicit shifts (Dubrulle, Martin and
 * Wilkinson 1968; EISPACK's imtql1). Overwrites both arrays.
 *
 * @param onRotation Told of every rotation of the plane of an index and the next.
 */
function computeTridiagonalEigenvalues(
  { diagonal, offDiagonal }: Tridiagonal,
  onRotation?: OnRotation,
): Float64Array {
  const size = diagonal.length;
  const d = diagonal;
  const e = new Float64Array(size);
  e.set(offDiagonal);
  const scale = d.reduce(
    (most, value, index) => Math.max(most, Math.abs(value) + Math.abs(e[index] as number)),
    0,
  );
  for (let first = 0; first < size; first++) {
    for (let round = 0; ; round++) {
      let last = first; // the block from first to last is not split
      const floor = round < patientRounds ? 0 : Number.EPSILON * scale;
      while (
        last < size - 1 &&
        !isNegligible(e[last] as number, d[last] as number, d[last + 1] as number, floor)
      ) {
        last++;
      }
      if (last === first) break;
      if (round === mostRounds) {
        throw new GanError("core", `eigenvalue ${first} of ${size} did not converge. Is the matrix finite?`);
      }
      rotate(d, e, first, last, onRotation);
    }
  }
  return d;
}

const isNegligible = (between: number, one: number, other: number, floor: number) =>
  Math.abs(between) <= Math.max(floor, Number.EPSILON * (Math.abs(one) + Math.abs(other)));

/** One sweep of plane rotations from `last` up to `first`, with Wilkinson's shift. */
function rotate(
  d: Float64Array,
  e: Float64Array,
  first: number,
  last: number,
  onRotation: OnRotation | undefined,
): void {
  const ahead = ((d[first + 1] as number) - (d[first] as number)) / (2 * (e[first] as number));
  const length = Math.hypot(ahead, 1);
  const shift = (d[first] as number) - (e[first] as number) / (ahead + (ahead >= 0 ? length : -length));
  let g = (d[last] as number) - shift;
  let sine = 1;
  let cosine = 1;
  let p = 0;
  for (let index = last - 1; index >= first; index--) {
    const f = sine * (e[index] as number);
    const b = cosine * (e[index] as number);
    const r = Math.sqrt(f * f + g * g);
    e[index + 1] = r;
    if (r === 0) {
      // The matrix splits here: go on with the upper part.
      (d[index + 1] as number) -= p;
      e[last] = 0;
      return;
    }
    sine = f / r;
    cosine = g / r;
    g = (d[index + 1] as number) - p;
    const s = ((d[index] as number) - g) * sine + 2 * cosine * b;
    p = sine * s;
    d[index + 1] = g + p;
    g = cosine * s - b;
    onRotation?.(index, cosine, sine);
  }
  (d[first] as number) -= p;
  e[first] = g;
  e[last] = 0;
}
