import { computeGradientError, useCpuBackend } from "@gan/test-kit";
import { type Scalar, tensor, variable } from "@tensorflow/tfjs-core";
import { beforeAll, describe, expect, it } from "vitest";
import { discriminatorLogisticLoss, generatorNonSaturatingLoss } from "./non-saturating.js";

beforeAll(useCpuBackend);

const value = (loss: Scalar) => loss.dataSync()[0];

describe("non-saturating losses", () => {
  it("are ln 2 each when the discriminator cannot tell", () => {
    const undecided = tensor([0, 0], [2, 1]);
    const { real, fake } = discriminatorLogisticLoss(undecided, undecided);
    for (const loss of [real, fake, generatorNonSaturatingLoss(undecided)]) {
      expect(value(loss)).toBeCloseTo(Math.LN2, 6);
    }
  });

  it("follow -ln σ by hand", () => {
    const sigmoid = (x: number) => 1 / (1 + Math.exp(-x));
    const { real, fake } = discriminatorLogisticLoss(tensor([2, -1]), tensor([0.5, 3]));
    expect(value(real)).toBeCloseTo((-Math.log(sigmoid(2)) - Math.log(sigmoid(-1))) / 2, 5);
    expect(value(fake)).toBeCloseTo((-Math.log(1 - sigmoid(0.5)) - Math.log(1 - sigmoid(3))) / 2, 5);
    expect(value(generatorNonSaturatingLoss(tensor([0.5])))).toBeCloseTo(-Math.log(sigmoid(0.5)), 5);
  });

  it("stay finite and keep their gradient when the discriminator is sure", () => {
    const logits = variable(tensor([-80, 80]));
    expect(value(generatorNonSaturatingLoss(logits))).toBeCloseTo(40, 4);
    expect(computeGradientError(() => generatorNonSaturatingLoss(logits), [logits], 0.5)).toBeLessThan(1e-3);
  });
});
