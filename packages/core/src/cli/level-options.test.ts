import { describe, expect, it } from "vitest";
import { ConfigError } from "../errors/index.js";
import { chooseLevel } from "./level-options.js";

const reached = [
  { level: 1, size: 8 },
  { level: 2, size: 16 },
];

describe("chooseLevel", () => {
  it("finds a level by its number or its side, and none where none is asked for", () => {
    const flags = [{ level: "1" }, { level: "2" }, { size: "8" }, { size: "16" }, {}];
    expect(flags.map((one) => chooseLevel("toy", one, reached))).toEqual([1, 2, 1, 2, undefined]);
  });

  it.each([
    [{ level: "3" }, /--level must be one of .* 1 \(8×8\), 2 \(16×16\), got 3\. .*train longer/],
    [{ level: "0" }, /1 \(8×8\), 2 \(16×16\), got 0/],
    [{ level: "1.5" }, /--level must be a whole number of at least 0, got 1.5/],
    [{ size: "12" }, /--size must be a power of two, got 12. Use one of 8, 16/],
    [{ size: "32" }, /--size must be one of .* 8, 16, got 32/],
    [{ size: "small" }, /--size must be a whole number/],
    [{ level: "1", size: "8" }, /exclude each other/],
  ])("refuses %j", (flags, message) => {
    expect(() => chooseLevel("toy", flags, reached)).toThrow(ConfigError);
    expect(() => chooseLevel("toy", flags, reached)).toThrow(message);
  });
});
