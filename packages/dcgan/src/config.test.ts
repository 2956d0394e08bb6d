import { ConfigError } from "@gan/core";
import { describe, expect, it } from "vitest";
import { computeLevels, parseDcganConfig } from "./config.js";

describe("parseDcganConfig", () => {
  it("fills in the paper's settings", () => {
    expect(parseDcganConfig({})).toMatchObject({
      imageSize: 64,
      latentSize: 100,
      generatorLearningRate: 2e-4,
      beta1: 0.5,
    });
  });

  it("lists every problem at once, unknown keys among them", () => {
    const options = { imageSize: 48, channels: 0, latentsize: 3 };
    expect(() => parseDcganConfig(options)).toThrow(ConfigError);
    for (const part of [/power of two/, /channels/, /latentsize/]) {
      expect(() => parseDcganConfig(options)).toThrow(part);
    }
  });
});

describe("computeLevels", () => {
  it.each([
    [8, 1],
    [32, 3],
    [64, 4],
  ])("gives for %i pixels %i", (imageSize, levels) => {
    expect(computeLevels(imageSize)).toBe(levels);
  });
});
