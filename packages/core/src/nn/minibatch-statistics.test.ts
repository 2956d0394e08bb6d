import { useCpuBackend } from "@gan/test-kit";
import { reshape, type Tensor, type Tensor2D, tensor2d, zeros } from "@tensorflow/tfjs-core";
import { beforeAll, describe, expect, it } from "vitest";
import "../autodiff/index.js";
import { Random } from "../random/index.js";
import { MinibatchDiscrimination } from "./minibatch-discrimination.js";
import { minibatchStandardDeviation } from "./minibatch-standard-deviation.js";

const random = new Random(3);
const values = (x: Tensor) => [...x.dataSync()];

beforeAll(useCpuBackend);

describe("minibatch statistics tell a collapsed batch", () => {
  const same = tensor2d([
    [1, 2],
    [1, 2],
    [1, 2],
    [1, 2],
  ]);
  const varied = tensor2d([
    [1, 2],
    [-3, 1],
    [5, -2],
    [0, 7],
  ]);

  it("by standard deviation: 0 for equal pictures, the deviation otherwise", () => {
    const channel = (x: Tensor2D) => values(minibatchStandardDeviation(reshape(x, [4, 1, 1, 2])))[2];
    expect(channel(same)).toBeCloseTo(1e-4, 6);
    const deviation = (column: number[]) =>
      Math.sqrt(
        column.reduce((total, value) => total + value ** 2, 0) / 4 -
          (column.reduce((total, value) => total + value, 0) / 4) ** 2,
      );
    expect(channel(varied)).toBeCloseTo((deviation([1, -3, 5, 0]) + deviation([2, 1, -2, 7])) / 2, 4);
    expect(() => minibatchStandardDeviation(zeros([6, 1, 1, 1]))).toThrow(/multiple of its groups/);
  });

  it("by discrimination: as many as the batch for equal samples, little over 1 for far ones", () => {
    const layer = new MinibatchDiscrimination({ inputs: 2, outputs: 1, dimensions: 2, random });
    layer.weight.assign(
      tensor2d([
        [9, 0],
        [0, 9],
      ]),
    );
    const nearness = (x: Tensor2D) => values(layer.forward(x)).filter((_, index) => index % 3 === 2);
    expect(nearness(same)).toEqual([4, 4, 4, 4]);
    for (const value of nearness(varied)) expect(value).toBeCloseTo(1, 3);
  });
});
