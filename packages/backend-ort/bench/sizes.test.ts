import { describe, expect, it } from "vitest";
import { defaultSizes, formatSize, parseSize } from "./sizes.js";

describe("parseSize", () => {
  it("reads pixels, batch and features", () => {
    expect(parseSize("64x16x32")).toEqual({ pixels: 64, batch: 16, features: 32 });
    expect(defaultSizes.split(",").map(parseSize).map(formatSize).join()).toBe(defaultSizes);
  });

  it.each(["64x64", "48x16x32", "64x0x32", "64x16x32x1", ""])("refuses %j", (text) => {
    expect(() => parseSize(text)).toThrow(`got "${text}"`);
  });
});
