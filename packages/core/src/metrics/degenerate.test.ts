import { multiplyDoubles } from "@gan/backend-ort";
import { describe, expect, it } from "vitest";
import { DataError, GanError } from "../errors/index.js";
import { Random } from "../random/index.js";
import type { FeatureMatrix } from "./check-features.js";
import { computeConditionalAccuracy, computeIntraClassDistance } from "./class-conditional.js";
import { computeStatistics, StatisticsAccumulator } from "./feature-statistics.js";
import { computeFrechetDistance } from "./frechet-distance.js";
import { computeInceptionScore } from "./inception-score.js";
import { computeKernelDistance } from "./kernel-distance.js";
import { checkSameExtractor, warnOfSmallSets } from "./metric-result.js";
import { computePrecisionRecall } from "./precision-recall.js";
import { computeSymmetricEigenvalues } from "./symmetric-eigenvalues.js";

const draw = (count: number, size: number, seed = 1): FeatureMatrix => ({
  values: new Random(seed).normals(count * size),
  count,
  size,
});
const rows = (...lists: number[][]): FeatureMatrix => ({
  values: Float32Array.from(lists.flat()),
  count: lists.length,
  size: lists[0]?.length ?? 0,
});
const distance = (one: FeatureMatrix, other: FeatureMatrix) =>
  computeFrechetDistance(computeStatistics(one), computeStatistics(other));

describe("Fréchet distance", () => {
  it("is the squared distance of the means for equal covariances", () => {
    const one = draw(50, 6);
    const other = { ...one, values: one.values.map((value, index) => value + (index % 6)) };
    expect(distance(one, other)).toBeCloseTo(0 + 1 + 4 + 9 + 16 + 25, 4);
  });

  it("is by hand (μ₁ - μ₂)² + (σ₁ - σ₂)² in one dimension", () => {
    // Means 2 and 4, variances 2 and 8.
    expect(distance(rows([1], [3]), rows([2], [6]))).toBeCloseTo(4 + (Math.sqrt(8) - Math.sqrt(2)) ** 2, 12);
  });

  it("holds for constant features and for one picture many times over", () => {
    const constant = rows([1, 2], [1, 2], [1, 2]);
    expect(distance(constant, rows([4, 6], [4, 6]))).toBe(25);
    expect(distance(constant, constant)).toBe(0);
  });

  it("keeps its digits where the mean is far from 0", () => {
    const near = draw(200, 4);
    const far = (set: FeatureMatrix) => ({ ...set, values: Float64Array.from(set.values, (v) => v + 1e6) });
    const other = draw(200, 4, 2);
    expect(distance(far(near), far(other))).toBeCloseTo(distance(near, other), 7);
  });

  it("gives the same whether features come at once or in parts, over several bands of columns", () => {
    const whole = draw(1100, 520);
    const options = { multiply: multiplyDoubles };
    const accumulator = new StatisticsAccumulator(520, options);
    for (let first = 0; first < 1100; first += 300) {
      const count = Math.min(300, 1100 - first);
      const values = whole.values.subarray(first * 520, (first + count) * 520);
      accumulator.add({ values, count, size: 520 });
    }
    const [one, other] = [computeStatistics(whole, options), accumulator.compute()];
    expect(other.count).toBe(1100);
    const difference = one.covariance.map((value, index) => Math.abs(value - (other.covariance[index] ?? 9)));
    expect(difference.every((value) => value < 1e-13)).toBe(true);
    expect(one.covariance[5]).toBe(one.covariance[5 * 520]);
  });

  it("refuses a single picture, values that are not finite, and other sizes", () => {
    expect(() => computeStatistics(draw(1, 3))).toThrow(/at least 2 pictures, got 1/);
    const broken = rows([1, 2], [3, Number.NaN]);
    expect(() => computeStatistics(broken)).toThrow(/value 1 of all picture 1 is NaN/);
    expect(() => distance(draw(5, 3), draw(5, 4))).toThrow(/one number of features, got 3 and 4/);
    const { mean, covariance } = computeStatistics(draw(5, 2));
    covariance[1] = Number.POSITIVE_INFINITY;
    const statistics = { count: 5, size: 2, mean, covariance };
    expect(() => computeFrechetDistance(statistics, statistics)).toThrow(/must be finite/);
  });
});

it("eigenvalues of repeated, zero and graded spectra are right", () => {
  const identity = Float64Array.from({ length: 16 }, (_, index) => (index % 5 === 0 ? 3 : 0));
  expect([...computeSymmetricEigenvalues(identity, 4)]).toEqual([3, 3, 3, 3]);
  expect([...computeSymmetricEigenvalues(new Float64Array(9), 3)]).toEqual([0, 0, 0]);
  const graded = Float64Array.from([1e8, 1, 0, 1, 1, 1e-4, 0, 1e-4, 1e-8]);
  const values = [...computeSymmetricEigenvalues(graded, 3)];
  expect(values.reduce((sum, value) => sum + value, 0)).toBeCloseTo(1e8 + 1 + 1e-8, 6);
  // [[2, 1], [1, 2]] has 1 and 3.
  const small = [...computeSymmetricEigenvalues(Float64Array.from([2, 1, 1, 2]), 2)].sort();
  expect(small[0]).toBeCloseTo(1, 14);
  expect(small[1]).toBeCloseTo(3, 14);
});

describe("other metrics", () => {
  it("KID of equal sets is about 0 and takes sets of different sizes", () => {
    const kid = computeKernelDistance(draw(60, 4, 1), draw(40, 4, 2), { subsets: 20 });
    expect(kid.subsetSize).toBe(40);
    expect(Math.abs(kid.mean)).toBeLessThan(0.2);
    expect(() => computeKernelDistance(draw(60, 4), draw(40, 4), { subsetSize: 50 })).toThrow(/2 to 40/);
    expect(() => computeKernelDistance(draw(1, 4), draw(40, 4))).toThrow(/at least 2 real pictures, got 1/);
  });

  it("precision and recall are 1 for equal sets, 0 for far ones, and need k + 1 pictures", () => {
    const set = draw(30, 5);
    expect(computePrecisionRecall(set, set)).toMatchObject({ precision: 1, recall: 1, coverage: 1 });
    const far = { ...set, values: set.values.map((value) => value + 100) };
    const none = { precision: 0, recall: 0, density: 0, coverage: 0 };
    expect(computePrecisionRecall(set, far)).toEqual(none);
    expect(() => computePrecisionRecall(draw(5, 5), set)).toThrow(/at least 6 real pictures, got 5/);
  });

  it("counts a surface for precision, not for coverage, by hand", () => {
    // Radius 1 about 0 and 1, 3 about 4 for k = 1; 2 is on the surface of the ball about 1.
    const measured = computePrecisionRecall(rows([0], [1], [4]), rows([2], [2.5]), {
      neighbours: 1,
      densityNeighbours: 1,
    });
    // Both fakes lie in the ball of radius 3 about 4; generated radii are .5: no real one within.
    expect(measured).toEqual({ precision: 1, recall: 0, density: 1, coverage: 1 / 3 });
    const surface = computePrecisionRecall(rows([0], [1]), rows([2], [9]), {
      neighbours: 1,
      densityNeighbours: 1,
    });
    expect(surface).toEqual({ precision: 0.5, recall: 1, density: 0, coverage: 0 });
  });

  it("the inception score is 1 for one answer, the number of classes for sure and even ones", () => {
    const same = rows(...Array.from({ length: 8 }, () => [5, 0]));
    expect(computeInceptionScore(same, { splits: 2 }).mean).toBeCloseTo(1, 12);
    const even = rows(...Array.from({ length: 8 }, (_, index) => (index % 2 ? [999, 0] : [0, 999])));
    expect(computeInceptionScore(even, { splits: 1 }).mean).toBeCloseTo(2, 12);
    expect(() => computeInceptionScore(same, { splits: 9 })).toThrow(/from 1 to 8/);
  });

  it("class-conditional accuracy and distances see wrong classes", () => {
    const logits = rows([2, 1], [0, 1], [3, 0], [0, 9]);
    const accuracy = computeConditionalAccuracy(logits, [0, 1, 1, 1]);
    expect(accuracy).toEqual({ accuracy: 0.75, byClass: [1, 2 / 3] });
    expect(() => computeConditionalAccuracy(logits, [0, 1, 1, 2])).toThrow(/0 to 1, got 2 for picture 3/);
    const set = rows([0], [2], [10], [12]);
    const real = { ...set, labels: [0, 0, 1, 1] };
    expect(computeIntraClassDistance(real, real, 2).mean).toBeCloseTo(0, 12);
    const swapped = { ...set, labels: [1, 1, 0, 0] };
    expect(computeIntraClassDistance(real, swapped, 2).byClass).toEqual([100, 100]);
    expect(() => computeIntraClassDistance(real, { ...set, labels: [0, 0, 0, 1] }, 2)).toThrow(
      /class 1 needs at least 2 generated pictures, got 1/,
    );
  });

  it("refuses to compare what different extractors gave, and says what differs", () => {
    const inception = { name: "inception", weightsHash: "ab", resize: "clean" } as const;
    expect(() => checkSameExtractor(inception, inception)).not.toThrow();
    expect(() => checkSameExtractor(inception, { ...inception, resize: "legacy" })).toThrow(
      /resize method \(clean and legacy\) cannot be compared/,
    );
    expect(() => checkSameExtractor(inception, { ...inception, name: "other", weightsHash: "cd" })).toThrow(
      /extractor \(inception and other\), weights/,
    );
    expect(warnOfSmallSets(2047, 2048)).toEqual([expect.stringMatching(/only 2047 real .* take 10,000/)]);
  });

  it("throws errors of its own kind", () => {
    expect(() => computeStatistics({ values: new Float32Array(3), count: 2, size: 2 })).toThrow(DataError);
    expect(() => computeInceptionScore(draw(3, 2), { splits: 0 })).toThrow(GanError);
  });
});
