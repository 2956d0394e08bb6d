import { describe, expect, it } from "vitest";
import { Random } from "../random/index.js";
import { computeSymmetricEigenvalues, computeSymmetricEigenvectors } from "./symmetric-eigenvalues.js";

/** XᵀX of random X: symmetric, of the rank of the smaller side. */
function createGram(size: number, rank: number): Float64Array {
  const x = new Random(3).normals(rank * size);
  const gram = new Float64Array(size * size);
  for (let row = 0; row < size; row++) {
    for (let column = 0; column < size; column++) {
      let sum = 0;
      for (let at = 0; at < rank; at++) {
        sum += (x[at * size + row] as number) * (x[at * size + column] as number);
      }
      gram[row * size + column] = sum;
    }
  }
  return gram;
}

const dot = (one: ArrayLike<number>, other: ArrayLike<number>) =>
  Array.from(one).reduce((sum, value, at) => sum + value * (other[at] as number), 0);

describe("computeSymmetricEigenvectors", () => {
  // Over one block of reflections and over several, regular and singular.
  it.each([
    [1, 1],
    [2, 2],
    [7, 9],
    [40, 50],
    [75, 20],
  ])("gives A·v = λ·v at right angles, size %i and rank %i", (size, rank) => {
    const matrix = createGram(size, rank);
    const { values, vectors } = computeSymmetricEigenvectors(matrix.slice(), size);
    const row = (index: number) => vectors.subarray(index * size, (index + 1) * size);
    const scale = values[0] as number;
    for (let index = 0; index < size; index++) {
      const v = row(index);
      for (let at = 0; at < size; at++) {
        const product = dot(matrix.subarray(at * size, (at + 1) * size), v);
        expect(Math.abs(product - (values[index] as number) * (v[at] as number))).toBeLessThan(1e-12 * scale);
      }
      for (let other = 0; other <= index; other++) {
        expect(dot(v, row(other))).toBeCloseTo(other === index ? 1 : 0, 12);
      }
      expect(Math.max(...v)).toBe(Math.max(...Array.from(v, Math.abs)));
    }
    expect([...values]).toEqual([...values].sort((a, b) => b - a));
    const alone = computeSymmetricEigenvalues(matrix.slice(), size).sort((a, b) => b - a);
    alone.forEach((value, index) => {
      expect(Math.abs(value - (values[index] as number))).toBeLessThan(1e-12 * scale);
    });
  });

  it("is by hand the diagonals of a square", () => {
    const { values, vectors } = computeSymmetricEigenvectors(Float64Array.of(2, 1, 1, 2), 2);
    expect(values[0]).toBeCloseTo(3, 14);
    expect(values[1]).toBeCloseTo(1, 14);
    [1, 1, 1, -1].forEach((sign, at) => {
      expect(Math.abs(vectors[at] as number)).toBeCloseTo(Math.SQRT1_2, 14);
      if (at < 2) expect(Math.sign(vectors[at] as number)).toBe(sign);
    });
    expect((vectors[2] as number) * (vectors[3] as number)).toBeCloseTo(-0.5, 14);
  });
});
