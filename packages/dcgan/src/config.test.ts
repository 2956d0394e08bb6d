import { ConfigError } from "@gan/core";
import { describe, expect, it } from "vitest";
import { computeLevels, computeStartSize, parseDcganConfig } from "./config.js";

describe("parseDcganConfig", () => {
  it("fills in the paper's settings", () => {
    expect(parseDcganConfig({})).toMatchObject({
      imageSize: 64,
      latentSize: 100,
      generatorLearningRate: 2e-4,
      beta1: 0.5,
    });
  });

  it("refuses stabilisers that contradict each other", () => {
    const options = { stabilisers: { loss: "wasserstein", gradientPenalty: 10, r0: 1 } } as never;
    expect(() => parseDcganConfig(options)).toThrow(/r0/);
    const known = { stabilisers: { loss: "wasserstein", gradientPenalty: 10 } } as const;
    expect(() => parseDcganConfig(known)).toThrow(/batch norm mixes.*\n.*at stabilisers.gradientPenalty/);
  });

  it("lists every problem at once, unknown keys among them", () => {
    const options = { imageSize: 36, channels: 0, latentsize: 3 };
    expect(() => parseDcganConfig(options)).toThrow(ConfigError);
    for (const part of [/4, 5, 6 or 7 times a power of two/, /channels/, /latentsize/]) {
      expect(() => parseDcganConfig(options)).toThrow(part);
    }
  });
});

describe("levels", () => {
  it.each([
    [8, 1, 4],
    [28, 2, 7],
    [32, 3, 4],
    [64, 4, 4],
    [96, 4, 6],
    [128, 5, 4],
  ])("of %i pixels are %i, down to %i", (imageSize, levels, startSize) => {
    expect(computeLevels(imageSize)).toBe(levels);
    expect(computeStartSize(imageSize)).toBe(startSize);
    expect(parseDcganConfig({ imageSize }).imageSize).toBe(imageSize);
  });
});
