import { describe, expect, it } from "vitest";
import { ConfigError } from "../errors/index.js";
import { computeLearningRateFactor } from "./schedule.js";

describe("computeLearningRateFactor", () => {
  it("falls straight between two counts of images, and stays", () => {
    const schedule = { type: "linear", fromImages: 100, toImages: 300, factor: 0.2 } as const;
    const factors = [0, 100, 200, 300, 999].map((seen) => computeLearningRateFactor(schedule, seen));
    [1, 1, 0.6, 0.2, 0.2].forEach((expected, index) => {
      expect(factors[index]).toBeCloseTo(expected, 12);
    });
  });

  it("falls along half a cosine, to 0 by default", () => {
    const schedule = { type: "cosine", fromImages: 0, toImages: 90 } as const;
    const factors = [0, 30, 45, 60, 90].map((seen) => computeLearningRateFactor(schedule, seen));
    [1, 0.75, 0.5, 0.25, 0].forEach((expected, index) => {
      expect(factors[index]).toBeCloseTo(expected, 12);
    });
  });

  it("steps down by a factor", () => {
    const schedule = { type: "steps", everyImages: 10, factor: 0.5 } as const;
    expect([0, 9, 10, 25].map((seen) => computeLearningRateFactor(schedule, seen))).toEqual([
      1, 1, 0.5, 0.25,
    ]);
  });

  it("rises over the warm-up, and the first step moves already", () => {
    const schedule = { type: "constant", warmupImages: 40 } as const;
    const factors = [0, 10, 30, 90].map((seen) => computeLearningRateFactor(schedule, seen, 10));
    expect(factors).toEqual([0.25, 0.5, 1, 1]);
  });

  it("refuses contradictions", () => {
    const backwards = { type: "linear", fromImages: 10, toImages: 10 } as const;
    expect(() => computeLearningRateFactor(backwards, 0)).toThrow(ConfigError);
    const never = { type: "steps", everyImages: 0, factor: 0.5 } as const;
    expect(() => computeLearningRateFactor(never, 0)).toThrow(/everyImages must be above 0/);
  });
});
