import { expect, it } from "vitest";
import { parseExampleConfig } from "./config.js";

it("fills in defaults", () => {
  expect(parseExampleConfig({})).toMatchObject({ imageSize: 32, channels: 3, latentSize: 100, beta1: 0.5 });
});

it("lists every problem at once, unknown keys among them", () => {
  const options = { imageSize: 36, channels: 2, latentsize: 3 } as never;
  for (const part of [/power of two/, /channels/, /latentsize/]) {
    expect(() => parseExampleConfig(options)).toThrow(part);
  }
});
