import { useCpuBackend } from "@gan/test-kit";
import { type Scalar, tensor1d, tidy } from "@tensorflow/tfjs-core";
import { beforeAll, describe, expect, it } from "vitest";
import { createHalvedGame } from "./halved-game.js";

beforeAll(useCpuBackend);

const read = (value: Scalar) => value.dataSync()[0] as number;
const softplus = (x: number) => Math.log(1 + Math.exp(x));

describe("createHalvedGame", () => {
  it.each([
    ["non-saturating", (softplus(-0.5) + softplus(2)) / 4, softplus(1.5) / 2, softplus(-1.5)],
    ["least-squares", (0.25 + 9) / 4, 2.25 / 2, 0.25],
    ["hinge", 3.5 / 4, 2.5 / 2, -1.5],
  ] as const)("weighs %s as the papers do", (name, onReal, onFake, onGenerator) => {
    tidy(() => {
      const game = createHalvedGame(name);
      const { real, fake } = game.discriminator(tensor1d([0.5, -2]), tensor1d([1.5]));
      expect(read(real)).toBeCloseTo(onReal, 5);
      expect(read(fake)).toBeCloseTo(onFake, 5);
      expect(read(game.generator(tensor1d([1.5])))).toBeCloseTo(onGenerator, 5);
    });
  });
});
