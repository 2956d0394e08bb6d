import { useCpuBackend } from "@gan/test-kit";
import { memory, scalar, tensor, tidy, variable } from "@tensorflow/tfjs-core";
import { beforeAll, describe, expect, it } from "vitest";
import { ConfigError } from "../errors/index.js";
import { Adam, adam } from "./adam.js";

beforeAll(useCpuBackend);

/** Algorithm 1 of the paper, in double precision. */
function referenceAdam(
  start: number,
  gradients: number[],
  rate: number,
  beta1: number,
  beta2: number,
  epsilon: number,
) {
  let [value, first, second] = [start, 0, 0];
  gradients.forEach((gradient, index) => {
    first = beta1 * first + (1 - beta1) * gradient;
    second = beta2 * second + (1 - beta2) * gradient ** 2;
    const firstHat = first / (1 - beta1 ** (index + 1));
    const secondHat = second / (1 - beta2 ** (index + 1));
    value -= (rate * firstHat) / (Math.sqrt(secondHat) + epsilon);
  });
  return value;
}

function update(optimizer: Adam, gradient: number[]) {
  tidy(() => {
    const { stepSize, epsilon } = optimizer.nextScalars();
    optimizer.apply({ w: tensor(gradient) }, { stepSize: scalar(stepSize), epsilon: scalar(epsilon) });
  });
}

describe("Adam", () => {
  it.each([1e-8, 0.1])("follows the paper's algorithm over five updates with ε = %s", (epsilon) => {
    const weights = variable(tensor([1, -2]));
    const settings = { learningRate: 0.05, beta1: 0.5, beta2: 0.99, epsilon };
    const optimizer = new Adam(adam(settings), new Map([["w", weights]]));
    const gradients = [
      [0.3, -4],
      [0.1, 2],
      [-0.2, 1],
      [0, 0],
      [1e-3, -3],
    ];
    for (const gradient of gradients) update(optimizer, gradient);
    [1, -2].forEach((start, index) => {
      const column = gradients.map((gradient) => gradient[index] as number);
      const expected = referenceAdam(start, column, 0.05, 0.5, 0.99, epsilon);
      expect(weights.dataSync()[index]).toBeCloseTo(expected, 5);
    });
    expect(optimizer.updates).toBe(5);
  });

  it("makes a first step of the learning rate whatever the gradient's size", () => {
    const weights = variable(tensor([0, 0]));
    update(new Adam(adam({ learningRate: 0.01 }), new Map([["w", weights]])), [1e-3, -50]);
    expect(weights.dataSync()[0]).toBeCloseTo(-0.01, 6);
    expect(weights.dataSync()[1]).toBeCloseTo(0.01, 6);
  });

  it("names its moments, keeps no other tensor and frees them", () => {
    const weights = variable(tensor([1]));
    const before = memory().numTensors;
    const optimizer = new Adam(adam(), new Map([["w", weights]]));
    update(optimizer, [1]);
    expect([...optimizer.namedVariables().keys()]).toEqual(["w.firstMoment", "w.secondMoment"]);
    expect(memory().numTensors).toBe(before + 2);
    optimizer.dispose();
    expect(memory().numTensors).toBe(before);
  });

  it("refuses a gradient that belongs to nothing", () => {
    const optimizer = new Adam(adam(), new Map());
    expect(() => update(optimizer, [1])).toThrow(ConfigError);
  });
});
