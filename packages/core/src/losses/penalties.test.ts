import { computeGradientError, useCpuBackend } from "@gan/test-kit";
import {
  add,
  matMul,
  mul,
  type Scalar,
  scalar,
  square,
  sum,
  type Tensor2D,
  tensor1d,
  tensor2d,
  tidy,
  variable,
  zeros,
} from "@tensorflow/tfjs-core";
import { beforeAll, describe, expect, it } from "vitest";
import { ShapeError } from "../errors/index.js";
import { driftPenalty, featureMatchingLoss, gradientPenalty, zeroCentredPenalty } from "./penalties.js";

beforeAll(useCpuBackend);

const read = (value: Scalar) => value.dataSync()[0] as number;
const real = () => tensor2d([1, 2, -1, 0.5], [2, 2]);
const fake = () => tensor2d([0, -1, 3, 1], [2, 2]);
const mixing = () => tensor1d([0.25, 0.5]);

/** D(x) = w·x, whose gradient is w everywhere. */
const linear = (weight: Tensor2D) => (x: Tensor2D) => matMul(x, weight);
/** D(x) = a Σ x², whose gradient is 2a·x. */
const quadratic = (factor: Scalar) => (x: Tensor2D) => mul(sum(square(x), 1), factor);

describe("zeroCentredPenalty", () => {
  it("is γ/2 ‖w‖² for a linear critic, with gradient γ·w", () => {
    const weight = variable(tensor2d([3, -4], [2, 1]));
    const penalty = () => zeroCentredPenalty(linear(weight as unknown as Tensor2D), real(), 0.2);
    expect(tidy(() => read(penalty()))).toBeCloseTo(0.1 * 25, 5);
    expect(computeGradientError(penalty, [weight])).toBeLessThan(5e-3);
  });

  it("averages over pictures, each with its own norm", () => {
    // ‖2x‖² is 4·5 and 4·1.25.
    tidy(() => {
      const one = scalar(1);
      expect(read(zeroCentredPenalty(quadratic(one), real(), 2))).toBeCloseTo((20 + 5) / 2, 4);
    });
  });
});

describe("gradientPenalty", () => {
  it("is λ (‖w‖ - target)² for a linear critic, wherever it looks", () => {
    const weight = variable(tensor2d([3, -4], [2, 1]));
    const critic = linear(weight as unknown as Tensor2D);
    tidy(() => {
      expect(read(gradientPenalty(critic, real(), fake(), mixing()))).toBeCloseTo(10 * 16, 3);
      const other = gradientPenalty(critic, real(), fake(), mixing(), { weight: 2, target: 3 });
      expect(read(other)).toBeCloseTo(2 * 4, 4);
    });
    const penalty = () => gradientPenalty(critic, real(), fake(), mixing(), { weight: 1 });
    expect(computeGradientError(penalty, [weight])).toBeLessThan(5e-3);
  });

  it("looks at one point between each pair", () => {
    // t·real + (1 - t)·fake is (0.25, -0.25) and (1, 0.75): ‖2x‖ is √0.5 and 2.5.
    tidy(() => {
      const one = scalar(1);
      const penalty = gradientPenalty(quadratic(one), real(), fake(), mixing(), { weight: 1 });
      expect(read(penalty)).toBeCloseTo(((Math.SQRT1_2 - 1) ** 2 + 1.5 ** 2) / 2, 4);
    });
  });

  it("has a finite gradient where the critic is flat", () => {
    const weight = variable(zeros([2, 1]));
    const error = computeGradientError(() => {
      const critic = linear(weight as unknown as Tensor2D);
      return add(gradientPenalty(critic, real(), fake(), mixing(), { target: 0 }), sum(weight)) as Scalar;
    }, [weight]);
    expect(error).toBeLessThan(5e-3);
  });
});

describe("driftPenalty", () => {
  it("is ε times the mean square", () => {
    tidy(() => {
      expect(read(driftPenalty(tensor1d([3, -1]), 0.01))).toBeCloseTo(0.05, 6);
    });
  });
});

describe("featureMatchingLoss", () => {
  it("is zero for different pictures of equal statistics", () => {
    tidy(() => {
      const features = tensor2d([0, 4, 2, 0], [2, 2]);
      expect(read(featureMatchingLoss([features], [tensor2d([1, 2], [1, 2])]))).toBe(0);
    });
  });

  it("refuses lists of no or different layers", () => {
    expect(() => featureMatchingLoss([], [])).toThrow(ShapeError);
    expect(() => tidy(() => featureMatchingLoss([real(), real()], [fake()]))).toThrow(/got 2 and 1/);
    expect(() => tidy(() => featureMatchingLoss([real()], [tensor2d([1], [1, 1])]))).toThrow(
      /\[2\] and \[1\]/,
    );
  });

  it("adds the mean squared differences of the layers, with their gradient", () => {
    tidy(() => {
      const layers = featureMatchingLoss(
        [real(), tensor2d([1, 3], [2, 1])],
        [fake(), tensor2d([0, 0], [2, 1])],
      );
      // Means: (0, 1.25) against (1.5, 0), and 2 against 0.
      expect(read(layers)).toBeCloseTo((2.25 + 1.5625) / 2 + 4, 5);
    });
    const made = variable(fake());
    expect(computeGradientError(() => featureMatchingLoss([real()], [made]), [made])).toBeLessThan(5e-3);
  });
});
