import { describe, expect, it } from "vitest";
import { ConfigError } from "../errors/index.js";
import { createImageStore } from "./image-store.js";
import { reduceSet } from "./reduce-set.js";

const set = createImageStore({
  name: "toy",
  count: 1,
  height: 3,
  width: 4,
  channels: 2,
  // Rows of four pixels; the second channel is a hundred more.
  pixels: Uint8Array.from([
    1,
    101,
    3,
    103,
    10,
    110,
    20,
    120,
    5,
    105,
    8,
    108,
    30,
    130,
    41,
    141,
    ...Array(8).fill(9),
  ]),
});

describe("reduceSet", () => {
  it("takes the rounded mean of squares and drops what is left over", async () => {
    const reduced = reduceSet(set, 2);
    expect([reduced.height, reduced.width, reduced.count]).toEqual([1, 2, 1]);
    // (1 + 3 + 5 + 8) / 4 = 4.25, (10 + 20 + 30 + 41) / 4 = 25.25
    expect(await reduced.read(0)).toEqual({
      height: 1,
      width: 2,
      channels: 2,
      pixels: Uint8Array.from([4, 104, 25, 125]),
    });
  });

  it("is the set itself at a factor of 1, and refuses others that leave nothing", () => {
    expect(reduceSet(set, 1)).toBe(set);
    for (const factor of [4, 1.5, 0]) expect(() => reduceSet(set, factor)).toThrow(ConfigError);
  });
});
