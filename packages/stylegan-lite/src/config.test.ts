import { readdirSync, readFileSync } from "node:fs";
import { ConfigError } from "@gan/core";
import { describe, expect, it } from "vitest";
import { countStyles, featuresOfLevel, parseStyleganLiteConfig, suggestR1 } from "./config.js";

const folder = new URL("../configs/", import.meta.url);

describe("parseStyleganLiteConfig", () => {
  it("fills in StyleGAN2's values", () => {
    const config = parseStyleganLiteConfig({ imageSize: 1024 });
    expect(config).toMatchObject({
      mappingLayers: 8,
      styleMixing: 0.9,
      pathLength: 2,
      beta1: 0,
      beta2: 0.99,
    });
    expect(config.stabilisers).toMatchObject({ loss: "non-saturating", penaltyEvery: 16 });
    expect([0, 3, 4, 5, 6, 7, 8].map((level) => featuresOfLevel(config, level))).toEqual([
      512, 512, 512, 256, 128, 64, 32,
    ]);
    expect(countStyles(1024)).toBe(18);
    expect(suggestR1(256, 8)).toBeCloseTo(1.6384, 6);
  });

  it("lists every problem at once", () => {
    const parse = () =>
      parseStyleganLiteConfig({
        imageSize: 20,
        styleMixing: 2,
        stabilisers: { spectralNorm: "both" },
        size: 1,
      } as never);
    expect(parse).toThrow(ConfigError);
    for (const message of [/power of two from 8 to 1024/, /styleMixing/, /must stay "none"/, /"size"/]) {
      expect(parse).toThrow(message);
    }
    expect(() => parseStyleganLiteConfig({ imageSize: 64, featureBase: 32 })).toThrow(
      /at least imageSize \(64\), got 32/,
    );
  });

  /** R1 of each preset in multiples of the rule's. */
  const multiples: Record<string, number> = { "avatars-32.json": 200, "avatars-64.json": 100 };
  it.each(readdirSync(folder))("takes the preset %s, whose R1 is many times the rule", (file) => {
    const { model, training } = JSON.parse(readFileSync(new URL(file, folder), "utf8"));
    const config = parseStyleganLiteConfig(model);
    const ratio = config.stabilisers.r1 / suggestR1(config.imageSize, training.batchSize);
    expect(ratio).toBeCloseTo(multiples[file] as number, -1);
  });
});
