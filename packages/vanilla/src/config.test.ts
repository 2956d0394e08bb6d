import { expect, it } from "vitest";
import { parseVanillaConfig } from "./config.js";

it("fills in the networks of the first GAN", () => {
  expect(parseVanillaConfig({})).toMatchObject({
    imageSize: 28,
    channels: 1,
    latentSize: 100,
    generatorUnits: [512, 1024],
    discriminator: "convolutional",
    discriminatorFeatures: 32,
  });
});

it("lists every problem at once, unknown keys among them", () => {
  const options = { imageSize: 30, generatorUnits: [], inputDropout: 1, latentsize: 3 } as never;
  for (const part of [/multiple of 4/, /generatorUnits/, /inputDropout/, /latentsize/]) {
    expect(() => parseVanillaConfig(options)).toThrow(part);
  }
});

it("says why some stabilisers are none here", () => {
  const options = { stabilisers: { discriminatorNorm: "batch" } } as never;
  expect(() => parseVanillaConfig(options)).toThrow(/no norm/);
});
