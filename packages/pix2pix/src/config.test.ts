import { readdirSync, readFileSync } from "node:fs";
import { describe, expect, it } from "vitest";
import { parsePix2PixConfig, pix2pixConfigSchema } from "./config.js";

describe("parsePix2PixConfig", () => {
  it("has the paper's values for defaults", () => {
    expect(parsePix2PixConfig({})).toMatchObject({
      imageSize: 256,
      generatorFeatures: 64,
      discriminatorFeatures: 64,
      discriminatorLayers: 3,
      dropoutRate: 0.5,
      stabilisers: { loss: "non-saturating", discriminatorNorm: "batch" },
      reconstructionWeight: 100,
      generatorLearningRate: 2e-4,
      beta1: 0.5,
      beta2: 0.999,
      testStatistics: "batch",
    });
  });

  it("lists every problem at once", () => {
    const wrong = {
      imageSize: 96,
      inputChannels: 2,
      beta1: 1,
      features: 3,
      decay: { fromImages: 9, toImages: 9 },
    };
    expect(() => parsePix2PixConfig(wrong as never)).toThrow(
      /"features"[\s\S]*power of two from 32 to 512[\s\S]*must be 1, 3 or 4[\s\S]*beta1[\s\S]*toImages must be above/,
    );
  });

  it.each([
    [{ stabilisers: { labelSmoothing: 0.1, loss: "hinge" } }, /needs a loss with targets/],
    [{ stabilisers: { diffAugment: ["translation"] } }, /must stay \[\]: it would move a picture/],
    [{ imageSize: 32, discriminatorLayers: 4 }, /too many for imageSize/],
  ])("refuses %j", (options, message) => {
    expect(() => parsePix2PixConfig(options as never)).toThrow(message);
  });

  it.each(readdirSync(new URL("../configs", import.meta.url)))("accepts the preset %s", (name) => {
    const preset = JSON.parse(readFileSync(new URL(`../configs/${name}`, import.meta.url), "utf8"));
    expect(pix2pixConfigSchema.safeParse(preset.model).success).toBe(true);
  });
});
