import { computeGradientError, useCpuBackend } from "@gan/test-kit";
import { add, grad, type Scalar, tensor1d, tidy, variable } from "@tensorflow/tfjs-core";
import { beforeAll, describe, expect, it } from "vitest";
import { ConfigError } from "../errors/index.js";
import { adversarialLossNames, createAdversarialLoss } from "./adversarial-loss.js";
import { discriminatorLogisticLoss, generatorNonSaturatingLoss } from "./non-saturating.js";

beforeAll(useCpuBackend);

const read = (value: Scalar) => value.dataSync()[0] as number;
const real = () => tensor1d([0.5, -2]);
const fake = () => tensor1d([1.5, -0.25]);
const softplus = (x: number) => Math.log(1 + Math.exp(x));

describe("createAdversarialLoss", () => {
  it.each([
    [
      "minimax",
      (softplus(-0.5) + softplus(2)) / 2,
      (softplus(1.5) + softplus(-0.25)) / 2,
      -(softplus(1.5) + softplus(-0.25)) / 2,
    ],
    [
      "non-saturating",
      (softplus(-0.5) + softplus(2)) / 2,
      (softplus(1.5) + softplus(-0.25)) / 2,
      (softplus(-1.5) + softplus(0.25)) / 2,
    ],
    ["least-squares", (0.25 + 9) / 4, (2.25 + 0.0625) / 4, (0.25 + 1.5625) / 4],
    ["wasserstein", 0.75, 0.625, -0.625],
    ["hinge", (0.5 + 3) / 2, (2.5 + 0.75) / 2, -0.625],
  ] as const)("is, as %s, what the formula gives by hand", (name, onReal, onFake, onGenerator) => {
    tidy(() => {
      const loss = createAdversarialLoss(name);
      const terms = loss.discriminator(real(), fake());
      expect(read(terms.real)).toBeCloseTo(onReal, 5);
      expect(read(terms.fake)).toBeCloseTo(onFake, 5);
      expect(read(loss.generator(fake()))).toBeCloseTo(onGenerator, 5);
    });
  });

  it.each(adversarialLossNames)("has, as %s, the gradients of central differences", (name) => {
    const [x, y] = [variable(real()), variable(fake())];
    const loss = createAdversarialLoss(name);
    const both = () => {
      const terms = loss.discriminator(x, y);
      return add(terms.real, terms.fake) as Scalar;
    };
    expect(computeGradientError(both, [x, y])).toBeLessThan(5e-3);
    expect(computeGradientError(() => loss.generator(y), [y])).toBeLessThan(5e-3);
  });

  it("is, as non-saturating, bit for bit the logistic loss", () => {
    tidy(() => {
      const loss = createAdversarialLoss("non-saturating");
      const [terms, plain] = [loss.discriminator(real(), fake()), discriminatorLogisticLoss(real(), fake())];
      expect(read(terms.real)).toBe(read(plain.real));
      expect(read(terms.fake)).toBe(read(plain.fake));
      expect(read(loss.generator(fake()))).toBe(read(generatorNonSaturatingLoss(fake())));
    });
  });

  it("stays finite for confident discriminators", () => {
    tidy(() => {
      const terms = createAdversarialLoss("non-saturating").discriminator(tensor1d([-200]), tensor1d([200]));
      expect(read(terms.real)).toBeCloseTo(200, 3);
      expect(read(terms.fake)).toBeCloseTo(200, 3);
    });
  });

  it("moves the best score of real pictures by label smoothing, from both sides", () => {
    const slope = (name: "minimax" | "non-saturating" | "least-squares", at: number) => {
      const loss = createAdversarialLoss(name, { labelSmoothing: 0.1 });
      return tidy(
        () => grad((x) => loss.discriminator(x, tensor1d([0])).real)(tensor1d([at])).dataSync()[0] as number,
      );
    };
    const optimum = Math.log(0.9 / 0.1);
    for (const [name, best] of [
      ["minimax", optimum],
      ["non-saturating", optimum],
      ["least-squares", 0.9],
    ] as const) {
      expect(slope(name, best)).toBeCloseTo(0, 5);
      expect(slope(name, best - 0.2)).toBeLessThan(-1e-3);
      expect(slope(name, best + 0.2)).toBeGreaterThan(1e-3);
    }
  });

  it("smooths one side only", () => {
    tidy(() => {
      const [plain, smooth] = [
        createAdversarialLoss("least-squares"),
        createAdversarialLoss("least-squares", { labelSmoothing: 0.3 }),
      ];
      expect(read(smooth.discriminator(real(), fake()).fake)).toBe(
        read(plain.discriminator(real(), fake()).fake),
      );
      expect(read(smooth.generator(fake()))).toBe(read(plain.generator(fake())));
      expect(read(smooth.discriminator(real(), fake()).real)).not.toBe(
        read(plain.discriminator(real(), fake()).real),
      );
    });
  });

  it("refuses smoothing where there is no target, and outside of [0, 1)", () => {
    for (const name of ["wasserstein", "hinge"] as const) {
      expect(() => createAdversarialLoss(name, { labelSmoothing: 0.1 })).toThrow(ConfigError);
    }
    for (const labelSmoothing of [-0.1, 1, Number.NaN]) {
      expect(() => createAdversarialLoss("minimax", { labelSmoothing })).toThrow(/at least 0 and below 1/);
    }
  });
});
