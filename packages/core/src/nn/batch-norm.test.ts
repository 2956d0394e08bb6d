import { computeGradientError, createTrainingContext, useCpuBackend } from "@gan/test-kit";
import {
  mul,
  type Scalar,
  sum,
  type Tensor,
  tensor,
  tensor2d,
  tensor4d,
  tidy,
  variable,
} from "@tensorflow/tfjs-core";
import { beforeAll, describe, expect, it } from "vitest";
import { Random } from "../random/index.js";
import { BatchNorm } from "./batch-norm.js";
import { createInferenceContext } from "./inference-context.js";

const random = new Random(4);
beforeAll(useCpuBackend);

function close(actual: ArrayLike<number>, expected: number[], digits = 5) {
  expect(actual.length).toBe(expected.length);
  expected.forEach((value, index) => {
    expect(actual[index]).toBeCloseTo(value, digits);
  });
}

describe("BatchNorm", () => {
  it("normalises with the batch's moments and tracks the unbiased variance", () => {
    const norm = new BatchNorm({ channels: 2, random });
    norm.gamma.assign(tensor([2, 1]));
    norm.beta.assign(tensor([1, 0]));
    // Channel 0: 1, 3 → mean 2, variance 1. Channel 1: 0, 10 → mean 5, variance 25.
    const y = norm.forward(
      tensor2d([
        [1, 0],
        [3, 10],
      ]),
      createTrainingContext(),
    );
    close(y.dataSync(), [-2 + 1, -1, 2 + 1, 1], 4);
    close(norm.runningMean.dataSync(), [0.2, 0.5]);
    close(norm.runningVariance.dataSync(), [0.9 + 0.1 * 2, 0.9 + 0.1 * 50]);
  });

  it("uses the running statistics outside training", () => {
    const norm = new BatchNorm({ channels: 1, random, epsilon: 0 });
    norm.gamma.assign(tensor([3]));
    norm.runningMean.assign(tensor([1]));
    norm.runningVariance.assign(tensor([4]));
    const y = norm.forward(tensor4d([5, 1], [1, 1, 2, 1]), createInferenceContext(random));
    close(y.dataSync(), [6, 0]);
  });

  it("has the gradient of central differences, through the moments too", () => {
    const norm = new BatchNorm({ channels: 2, random });
    const x = variable(tensor(random.normals(24), [3, 2, 2, 2]));
    const weights = tensor(random.normals(24), [3, 2, 2, 2]);
    const ctx = { ...createTrainingContext(), updateBuffer() {} };
    const loss = () => tidy(() => sum(mul(norm.forward(x as Tensor, ctx), weights)) as Scalar);
    expect(computeGradientError(loss, [x, norm.gamma, norm.beta])).toBeLessThan(5e-3);
  });

  it("starts at N(1, 0.02²) and zero", () => {
    const norm = new BatchNorm({ channels: 1000, random });
    const gamma = norm.gamma.dataSync<"float32">();
    const mean = gamma.reduce((total, value) => total + value, 0) / 1000;
    const deviation = Math.sqrt(gamma.reduce((total, value) => total + (value - mean) ** 2, 0) / 1000);
    expect(mean).toBeCloseTo(1, 2);
    expect(deviation).toBeCloseTo(0.02, 2);
    expect(norm.beta.dataSync().every((value) => value === 0)).toBe(true);
  });
});
