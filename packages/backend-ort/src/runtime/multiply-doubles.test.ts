import { describe, expect, it } from "vitest";
import { multiplyDoubles } from "./multiply-doubles.js";

describe("multiplyDoubles", () => {
  const a = Float64Array.from([1, 2, 3, 4, 5, 6]); // [2, 3], or [3, 2] transposed
  const b = Float64Array.from([7, 8, 9, 10, 11, 12]); // [3, 2], or [2, 3] transposed
  it.each([
    [false, false, [58, 64, 139, 154]],
    [true, false, [89, 98, 116, 128]],
    [false, true, [50, 68, 122, 167]],
    [true, true, [76, 103, 100, 136]],
  ])("multiplies with transpositions %s and %s", (transposeA, transposeB, expected) => {
    const sizes = { rows: 2, inner: 3, columns: 2, transposeA, transposeB };
    expect([...multiplyDoubles(a, b, sizes)]).toEqual(expected);
    const target = new Float64Array(4);
    expect(multiplyDoubles(a, b, sizes, target)).toBe(target);
    expect([...target]).toEqual(expected);
  });

  it("keeps all 53 bits", () => {
    const third = Float64Array.from([1 / 3, 1]);
    const other = Float64Array.from([3e-8, 1]);
    expect(multiplyDoubles(third, other, { rows: 1, inner: 2, columns: 1 })[0]).toBe(1 + 1e-8);
  });

  it("gives zeros for an empty sum, and refuses arrays of other lengths", () => {
    const empty = new Float64Array(0);
    expect([...multiplyDoubles(empty, empty, { rows: 1, inner: 0, columns: 2 })]).toEqual([0, 0]);
    expect(() => multiplyDoubles(a, b, { rows: 2, inner: 3, columns: 3 })).toThrow(
      /needs 6 and 9 values .* got 6, 6/,
    );
  });
});
