import { expect, it } from "vitest";
import { computeMedian, computeQuantile } from "./statistics.js";

it("takes the middle, between two values where there is none", () => {
  expect(computeMedian([5, 1, 3])).toBe(3);
  expect(computeMedian([4, 1, 3, 2])).toBe(2.5);
  expect(computeQuantile([0, 10, 20, 30, 40], 0.25)).toBe(10);
  expect(computeQuantile([0, 10], 0.75)).toBe(7.5);
  expect(computeMedian([])).toBeNaN();
});
