import type { MatrixProduct } from "./matrix-product.js";

/** A symmetric matrix that is zero besides its diagonal and those next to it. */
export interface Tridiagonal {
  /** [size]. */
  diagonal: Float64Array;
  /** [size - 1]: entry i lies between i and i + 1. */
  offDiagonal: Float64Array;
}

/** I - β·v·vᵀ, which leaves what is before `first` as it is. */
export interface Reflection {
  beta: number;
  first: number;
  v: Float64Array;
}

/** Reflections that are gathered before the matrix is brought up to date in one product. */
const blockSize = 32;

/**
 * Brings a symmetric matrix into tridiagonal form with the same eigenvalues, by Householder's
 * reflections H = I - β·v·vᵀ in blocks (Dongarra, Sorensen and Hammarling 1989; LAPACK's dsytrd):
 * half of the work are products of matrices.
 *
 * @param matrix [size, size], symmetric; overwritten.
 * @param made Receives the reflections in their order, H₁ first: A = H₁·H₂·…·T·…·H₂·H₁.
 */
export function tridiagonalize(
  matrix: Float64Array,
  size: number,
  multiply: MatrixProduct,
  made?: Reflection[],
): Tridiagonal {
  const diagonal = new Float64Array(size);
  const offDiagonal = new Float64Array(Math.max(0, size - 1));
  let rest = matrix; // [order, order], what the reflections so far left
  let order = size;
  while (order > 2) {
    const steps = Math.min(blockSize, order - 2);
    const reflections = new Reflections(rest, order, multiply);
    for (let step = 0; step < steps; step++) {
      const place = size - order + step;
      [diagonal[place], offDiagonal[place]] = reflections.eliminate(step);
      const { beta, v } = reflections.last;
      if (beta !== 0) made?.push({ beta, first: place + 1, v: v.subarray(step + 1) });
    }
    rest = reflections.apply(steps);
    order -= steps;
  }
  const place = size - order;
  if (order > 0) diagonal[place] = rest[0] as number;
  if (order > 1) {
    offDiagonal[place] = rest[1] as number;
    diagonal[place + 1] = rest[3] as number;
  }
  return { diagonal, offDiagonal };
}

/** A block of reflections: after each, the matrix would be A - v·wᵀ - w·vᵀ. */
class Reflections {
  readonly #v: Float64Array[] = [];
  readonly #w: Float64Array[] = [];
  #beta = 0;

  constructor(
    readonly matrix: Float64Array,
    readonly order: number,
    readonly multiply: MatrixProduct,
  ) {}

  /** The newest, v as long as the order. */
  get last(): { beta: number; v: Float64Array } {
    return { beta: this.#beta, v: this.#v.at(-1) as Float64Array };
  }

  /** Finds the reflection that clears a column below its second entry; gives the first two entries. */
  eliminate(step: number): [diagonal: number, offDiagonal: number] {
    const { matrix, order, multiply } = this;
    const column = new Float64Array(order); // of A as the reflections before have left it
    for (let row = step; row < order; row++) column[row] = matrix[step * order + row] as number;
    for (let index = 0; index < step; index++) {
      const [v, w] = [this.#v[index] as Float64Array, this.#w[index] as Float64Array];
      addScaled(column, v, -(w[step] as number), step);
      addScaled(column, w, -(v[step] as number), step);
    }
    const diagonal = column[step] as number;
    const next = column[step + 1] as number;
    column[step] = 0;
    let scale = 0; // against overflow and underflow of the squares
    for (let row = step + 1; row < order; row++) scale = Math.max(scale, Math.abs(column[row] as number));
    let tail = 0;
    for (let row = step + 2; row < order; row++) tail += ((column[row] as number) / scale) ** 2;
    if (!(tail > 0)) {
      this.#beta = 0;
      this.#v.push(new Float64Array(order));
      this.#w.push(new Float64Array(order));
      return [diagonal, next];
    }
    const offDiagonal = -Math.sign(next || 1) * scale * Math.sqrt(tail + (next / scale) ** 2);
    // v is scaled so that its first entry is 1.
    const head = next - offDiagonal;
    const beta = -head / offDiagonal;
    this.#beta = beta;
    column[step + 1] = 1;
    for (let row = step + 2; row < order; row++) (column[row] as number) /= head;
    const v = column;
    const w = multiply(matrix, v, { rows: order, inner: order, columns: 1 });
    for (let index = 0; index < step; index++) {
      const [oldV, oldW] = [this.#v[index] as Float64Array, this.#w[index] as Float64Array];
      const [byW, byV] = [dot(oldW, v, step), dot(oldV, v, step)];
      addScaled(w, oldV, -byW, step);
      addScaled(w, oldW, -byV, step);
    }
    w.fill(0, 0, step + 1);
    for (let row = step + 1; row < order; row++) (w[row] as number) *= beta;
    addScaled(w, v, (-beta / 2) * dot(w, v, step), step);
    this.#v.push(v);
    this.#w.push(w);
    return [diagonal, offDiagonal];
  }

  /** The lower right part that is left after so many reflections: A - V·Wᵀ - W·Vᵀ. */
  apply(steps: number): Float64Array {
    const { matrix, order, multiply } = this;
    const rows = order - steps;
    const inner = 2 * steps;
    const left = new Float64Array(rows * inner); // [V W]
    const right = new Float64Array(rows * inner); // [W V]
    for (let step = 0; step < steps; step++) {
      const [v, w] = [this.#v[step] as Float64Array, this.#w[step] as Float64Array];
      for (let row = 0; row < rows; row++) {
        const at = row * inner + step;
        left[at] = right[at + steps] = v[row + steps] as number;
        left[at + steps] = right[at] = w[row + steps] as number;
      }
    }
    const rest = multiply(left, right, { rows, inner, columns: rows, transposeB: true });
    for (let row = 0; row < rows; row++) {
      const from = (row + steps) * order + steps;
      const to = row * rows;
      for (let column = 0; column < rows; column++) {
        rest[to + column] = (matrix[from + column] as number) - (rest[to + column] as number);
      }
    }
    return rest;
  }
}

function addScaled(target: Float64Array, values: Float64Array, factor: number, first: number): void {
  for (let index = first; index < target.length; index++) {
    (target[index] as number) += factor * (values[index] as number);
  }
}

function dot(one: Float64Array, other: Float64Array, first: number): number {
  let sum = 0;
  for (let index = first; index < one.length; index++) {
    sum += (one[index] as number) * (other[index] as number);
  }
  return sum;
}
