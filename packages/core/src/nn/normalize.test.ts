import { computeGradientError, useCpuBackend } from "@gan/test-kit";
import {
  grad,
  mean,
  mul,
  type Scalar,
  square,
  sum,
  type Tensor,
  tensor,
  tidy,
  variable,
} from "@tensorflow/tfjs-core";
import { beforeAll, describe, expect, it } from "vitest";
import { Random } from "../random/index.js";
import { normalize } from "./normalize.js";

const random = new Random(8);
beforeAll(useCpuBackend);

const shape = [3, 2, 2, 2];
const ofImage = (x: Tensor) => mean(x, [1, 2], true);
const ofAll = (x: Tensor) => mean(x, [0, 1, 2]);
const weights = () => tensor(random.normals(24), shape);

describe("normalize", () => {
  it("gives mean 0 and variance 1 over what is averaged together, and the moments", () => {
    const x = tensor(random.normals(24), shape);
    const { y, mean: average, variance } = normalize(x, { average: ofImage, epsilon: 0 });
    expect([average.shape, variance.shape]).toEqual([
      [3, 1, 1, 2],
      [3, 1, 1, 2],
    ]);
    for (const value of ofImage(y).dataSync()) expect(value).toBeCloseTo(0, 5);
    for (const value of ofImage(square(y)).dataSync()) expect(value).toBeCloseTo(1, 4);
  });

  it.each([
    ["each picture", ofImage, false],
    ["the batch, with scale and shift", ofAll, true],
  ] as const)("has the gradient of central differences, over %s", (_name, average, isAffine) => {
    const [x, gamma, beta] = [variable(weights()), variable(tensor([2, 0.5])), variable(tensor([1, -1]))];
    const factors = weights();
    const affine = isAffine ? { gamma, beta } : undefined;
    const loss = () =>
      tidy(() => sum(square(mul(normalize(x, { average, epsilon: 1e-5, affine }).y, factors))) as Scalar);
    expect(computeGradientError(loss, isAffine ? [x, gamma, beta] : [x])).toBeLessThan(5e-3);
  });

  it("has a gradient of its gradient, through the moments", () => {
    const [x, gamma] = [variable(weights()), variable(tensor([2, 0.5]))];
    const [factors, beta] = [weights(), tensor([1, -1])];
    const affine = { gamma, beta };
    const game = (value: Tensor) =>
      sum(square(mul(normalize(value, { average: ofAll, epsilon: 1e-2, affine }).y, factors)));
    const penalty = () => tidy(() => sum(square(grad(game)(x))) as Scalar);
    expect(computeGradientError(penalty, [x, gamma])).toBeLessThan(1e-3);
  });
});
