import { useCpuBackend } from "@gan/test-kit";
import { scalar, tensor } from "@tensorflow/tfjs-core";
import { beforeAll, describe, expect, it } from "vitest";
import { ConfigError } from "../errors/index.js";
import { BatchNorm } from "../nn/index.js";
import { Random } from "../random/index.js";
import { ExponentialAverage } from "./exponential-average.js";

beforeAll(useCpuBackend);

const createNorm = (channels = 1) => new BatchNorm({ channels, random: new Random(1) });

describe("ExponentialAverage", () => {
  it("moves parameters and running statistics towards the source", () => {
    const source = createNorm();
    const average = new ExponentialAverage(source, createNorm(), 1000);
    source.gamma.assign(tensor([4]));
    average.module.gamma.assign(tensor([2]));
    source.runningMean.assign(tensor([1]));
    average.update(scalar(0.75));
    expect(average.module.gamma.dataSync()[0]).toBeCloseTo(0.75 * 2 + 0.25 * 4, 6);
    expect(average.module.runningMean.dataSync()[0]).toBeCloseTo(0.25, 6);
    expect(source.gamma.dataSync()[0]).toBe(4);
  });

  it("starts as a copy that later changes do not touch", () => {
    const source = createNorm();
    source.beta.assign(tensor([9]));
    const average = new ExponentialAverage(source, createNorm(), 0);
    source.beta.assign(tensor([1]));
    expect(average.module.beta.dataSync()[0]).toBe(9);
  });

  it("halves a step's share after the half-life, sooner at the start", () => {
    const average = new ExponentialAverage(createNorm(), createNorm(), 640);
    expect(average.computeDecay(1e6, 64) ** 10).toBeCloseTo(0.5, 6);
    expect(average.computeDecay(0, 64)).toBe(0);
    expect(average.computeDecay(1280, 64)).toBeCloseTo(0.5, 6); // half-life 1280 / 20 = 64
  });

  it("refuses another architecture", () => {
    expect(() => new ExponentialAverage(createNorm(1), createNorm(2), 1)).toThrow(ConfigError);
  });
});
