import { customGrad, mul, type Scalar, sum, type Tensor, tensor, variable } from "@tensorflow/tfjs-core";
import { beforeAll, describe, expect, it } from "vitest";
import { useCpuBackend } from "./backends.js";
import { computeGradientError } from "./numeric-gradient.js";

beforeAll(useCpuBackend);

describe("computeGradientError", () => {
  it("is small for a right gradient and restores the variables", () => {
    const x = variable(tensor([1, -2, 3]));
    expect(computeGradientError(() => sum(mul(x, x)) as Scalar, [x])).toBeLessThan(1e-3);
    expect([...x.dataSync()]).toEqual([1, -2, 3]);
  });

  it("is large for a wrong one", () => {
    const x = variable(tensor([1, -2, 3]));
    const wrongSquare = customGrad((value) => {
      const input = value as Tensor;
      return { value: mul(input, input), gradFunc: (dy: Tensor) => mul(dy, input) };
    });
    expect(computeGradientError(() => sum(wrongSquare(x)) as Scalar, [x])).toBeCloseTo(0.5, 2);
  });
});
