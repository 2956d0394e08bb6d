import { describe, expect, it } from "vitest";
import { findBaseEmoji, hasSkinTone, isHeldOut } from "./emoji-sequence.js";

describe("findBaseEmoji", () => {
  it.each([
    ["skin tones", "1f44b", "1f44b-1f3fb", "1F44B-1F3FF"],
    ["sexes", "1F3C3", "1F3C3-200D-2640-FE0F", "1F3C3-1F3FD-200D-2642-FE0F"],
    ["directions", "1F6B6", "1F6B6-200D-27A1-FE0F"],
    ["professions", "1F9D1-200D-1F680", "1F468-200D-1F680", "1F469-1F3FE-200D-1F680"],
    ["couples", "1F46C", "1F469-1F3FB-200D-1F91D-200D-1F468-1F3FF"],
    ["kisses", "1F48F-1F3FB", "1F468-200D-2764-FE0F-200D-1F48B-200D-1F468"],
    ["families", "1F468-200D-1F469-200D-1F466", "1F469-200D-1F467-200D-1F467"],
    ["clock faces", "1F550", "1F567"],
  ])("takes %s together", (_, first, ...others) => {
    for (const other of others) expect(findBaseEmoji(other)).toBe(findBaseEmoji(first));
  });

  it("tells different emoji apart", () => {
    const sequences = ["1F600", "1F601", "2640", "2642", "1F3FB", "1F568", "1F1E9-1F1EA", "1F1EA-1F1E9"];
    expect(new Set(sequences.map(findBaseEmoji)).size).toBe(sequences.length);
  });
});

describe("hasSkinTone", () => {
  it("is about people, not about the swatch of a tone", () => {
    expect(["1f44b-1f3fb", "1F44B", "1F3FB"].map(hasSkinTone)).toEqual([true, false, false]);
  });
});

describe("isHeldOut", () => {
  it("holds out about a tenth, always the same", () => {
    const sequences = Array.from({ length: 4000 }, (_, index) => (0x20000 + index).toString(16));
    const share = sequences.filter(isHeldOut).length / sequences.length;
    expect(share).toBeGreaterThan(0.08);
    expect(share).toBeLessThan(0.12);
    expect(sequences.map(isHeldOut)).toEqual(sequences.map(isHeldOut));
  });
});
