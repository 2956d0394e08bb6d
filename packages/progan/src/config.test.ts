import { ConfigError } from "@gan/core";
import { describe, expect, it } from "vitest";
import { featuresOfLevel, lookUpSide, parseProganConfig } from "./config.js";

describe("parseProganConfig", () => {
  it("fills in the paper's values", () => {
    const config = parseProganConfig({ imageSize: 256 });
    expect(config).toMatchObject({ beta1: 0, beta2: 0.99 });
    expect(config.stabilisers).toMatchObject({ loss: "wasserstein", gradientPenalty: 10, drift: 1e-3 });
    const sides = [4, 8, 16, 32, 64, 128, 256];
    expect(sides.map((side) => lookUpSide(config.batchSizes, side))).toEqual([128, 128, 128, 64, 32, 16, 8]);
    expect(sides.map((side) => lookUpSide(config.learningRates, side))).toEqual(sides.map(() => 1e-3));
    expect([0, 3, 4, 5, 6].map((level) => featuresOfLevel(config, level))).toEqual([512, 512, 256, 128, 64]);
  });

  it("lists every problem at once", () => {
    const parse = () =>
      parseProganConfig({
        imageSize: 48,
        batchSizes: { 4: 6, 5: 8 },
        channels: 2,
        features: 3,
      } as never);
    expect(parse).toThrow(ConfigError);
    expect(parse).toThrow(/imageSize/);
    expect(parse).toThrow(/power of two from 4 to 1024/);
    expect(parse).toThrow(/must be 1, 3 or 4/);
    expect(parse).toThrow(/sides from 4 to 1024 that are powers of two/);
    expect(parse).toThrow(/Unrecognized key: "features"/);
  });

  it.each([
    [{ imageSize: 16, startSize: 32 }, "startSize", /must be at most imageSize \(16\), got 32/],
    [{ imageSize: 8, batchSizes: { 8: 4 } }, "batchSizes", /must name a side of at most 4/],
    [
      { imageSize: 8, batchSizes: { 4: 8, 8: 6 } },
      "batchSizes",
      /multiples of minibatchStandardDeviation \(4\), got 6 at 8 pixels/,
    ],
    [{ imageSize: 8, learningRates: { 8: 1e-3 } }, "learningRates", /must name a side of at most 4/],
    [
      { stabilisers: { spectralNorm: "both" as const } },
      "spectralNorm",
      /must stay "none": weights are scaled/,
    ],
  ])("refuses %o", (options, field, message) => {
    expect(() => parseProganConfig(options)).toThrow(message);
    expect(() => parseProganConfig(options)).toThrow(field);
  });
});
