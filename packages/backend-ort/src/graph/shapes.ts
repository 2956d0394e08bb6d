import { BackendOrtError } from "../errors.js";
import type { Shape } from "./types.js";

/** Number of elements of a shape. */
export function sizeOf(shape: Shape): number {
  let size = 1;
  for (const dimension of shape) size *= dimension;
  return size;
}

export function sameShape(a: Shape, b: Shape): boolean {
  return a.length === b.length && a.every((dimension, axis) => dimension === b[axis]);
}

/**
 * NumPy's broadcasting of two shapes.
 * @throws BackendOrtError when the shapes do not broadcast
 */
export function broadcastShapes(a: Shape, b: Shape): number[] {
  const rank = Math.max(a.length, b.length);
  const result: number[] = [];
  for (let axis = 0; axis < rank; axis++) {
    const left = a[axis - rank + a.length] ?? 1;
    const right = b[axis - rank + b.length] ?? 1;
    if (left !== right && left !== 1 && right !== 1) {
      throw new BackendOrtError(
        "broadcast",
        `shapes [${a}] and [${b}] do not broadcast together. Reshape one of them.`,
      );
    }
    result.push(left === 1 ? right : left);
  }
  return result;
}

/** Axes as non-negative, sorted, without repeats; undefined or empty `axes` means all of them. */
export function normalizeAxes(axes: readonly number[], rank: number): number[] {
  return [...new Set(axes.map((axis) => (axis < 0 ? axis + rank : axis)))].sort((a, b) => a - b);
}

/** The shape that remains after reducing `axes` (non-negative). */
export function reducedShape(shape: Shape, axes: readonly number[], keepDims: boolean): number[] {
  return keepDims
    ? shape.map((dimension, axis) => (axes.includes(axis) ? 1 : dimension))
    : shape.filter((_, axis) => !axes.includes(axis));
}

export function permuteShape(shape: Shape, permutation: readonly number[]): number[] {
  return permutation.map((axis) => shape[axis] as number);
}

export function isIdentityPermutation(permutation: readonly number[]): boolean {
  return permutation.every((axis, index) => axis === index);
}

/** q with q[p[i]] = i. */
export function invertPermutation(permutation: readonly number[]): number[] {
  const inverse: number[] = new Array(permutation.length);
  for (const [index, axis] of permutation.entries()) inverse[axis] = index;
  return inverse;
}

export const range = (length: number): number[] => Array.from({ length }, (_, index) => index);
