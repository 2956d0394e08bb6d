import { GanError } from "../errors/index.js";
import { type MatrixOptions, multiplyPortably } from "./matrix-product.js";
import { type Tridiagonal, tridiagonalize } from "./tridiagonalize.js";

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

/** Rounds of the iteration that one eigenvalue may take; two or three are usual. */
const mostRounds = 60;

/**
 * The eigenvalues of a tridiagonal matrix by the QL method with implicit shifts (Dubrulle, Martin and
 * Wilkinson 1968; EISPACK's imtql1). Overwrites both arrays.
 */
function computeTridiagonalEigenvalues({ diagonal, offDiagonal }: Tridiagonal): Float64Array {
  const size = diagonal.length;
  const d = diagonal;
  const e = new Float64Array(size);
  e.set(offDiagonal);
  for (let first = 0; first < size; first++) {
    for (let round = 0; ; round++) {
      let last = first; // the block from first to last is not split
      while (last < size - 1 && !isNegligible(e[last] as number, d[last] as number, d[last + 1] as number)) {
        last++;
      }
      if (last === first) break;
      if (round === mostRounds) {
        throw new GanError("core", `eigenvalue ${first} of ${size} did not converge. Is the matrix finite?`);
      }
      rotate(d, e, first, last);
    }
  }
  return d;
}

const isNegligible = (between: number, one: number, other: number) =>
  Math.abs(between) <= Number.EPSILON * (Math.abs(one) + Math.abs(other)) || between === 0;

/** One sweep of plane rotations from `last` up to `first`, with Wilkinson's shift. */
function rotate(d: Float64Array, e: Float64Array, first: number, last: number): void {
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
  }
  (d[first] as number) -= p;
  e[first] = g;
  e[last] = 0;
}
