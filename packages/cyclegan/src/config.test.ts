import { readdirSync, readFileSync } from "node:fs";
import { describe, expect, it } from "vitest";
import { chooseResidualBlocks, cycleGanConfigSchema, parseCycleGanConfig } from "./config.js";

describe("parseCycleGanConfig", () => {
  it("has the paper's values for defaults", () => {
    const config = parseCycleGanConfig({});
    expect(config).toMatchObject({
      imageSize: 256,
      generatorFeatures: 64,
      generatorOutput: "picture",
      stabilisers: { loss: "least-squares", discriminatorNorm: "instance" },
      cycleWeightA: 10,
      cycleWeightB: 10,
      identityWeight: 0.5,
      poolSize: 50,
      generatorLearningRate: 2e-4,
      beta1: 0.5,
    });
    expect(chooseResidualBlocks(config)).toBe(9);
    expect(chooseResidualBlocks(parseCycleGanConfig({ imageSize: 128 }))).toBe(6);
    expect(chooseResidualBlocks(parseCycleGanConfig({ residualBlocks: 2 }))).toBe(2);
  });

  it("lists every problem at once", () => {
    const wrong = { imageSize: 250, channels: 2, pool: 5, decay: { fromImages: 3, toImages: 2 } };
    expect(() => parseCycleGanConfig(wrong as never)).toThrow(
      /"pool"[\s\S]*multiple of 4, got 250\. Use 248 or 252[\s\S]*must be 1, 3 or 4[\s\S]*toImages must be above/,
    );
  });

  it.each([
    [{ stabilisers: { labelSmoothing: 0.1, loss: "hinge" } }, /needs a loss with targets/],
    [{ stabilisers: { r1: 1, penaltyEvery: 4 } }, /must stay 1: penalties are part of every update/],
    [{ imageSize: 32, discriminatorLayers: 4 }, /too many for imageSize/],
  ])("refuses %j", (options, message) => {
    expect(() => parseCycleGanConfig(options as never)).toThrow(message);
  });

  it.each(readdirSync(new URL("../configs", import.meta.url)))("accepts the preset %s", (name) => {
    const preset = JSON.parse(readFileSync(new URL(`../configs/${name}`, import.meta.url), "utf8"));
    expect(cycleGanConfigSchema.safeParse(preset.model).success).toBe(true);
  });
});
