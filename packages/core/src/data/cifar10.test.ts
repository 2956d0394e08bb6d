import { describe, expect, it } from "vitest";
import { DataError } from "../errors/index.js";
import { parseCifar10 } from "./cifar10.js";
import { computeLoadSize, dataSchema } from "./data-config.js";

describe("parseCifar10", () => {
  const record = (label: number) =>
    Uint8Array.from({ length: 3073 }, (_, index) =>
      index === 0 ? label : Math.floor((index - 1) / 1024) * 100 + (index % 100),
    );

  it("weaves the planes into pixels", () => {
    const file = new Uint8Array([...record(9), ...record(0)]);
    const { count, labels, pixels } = parseCifar10(file, "toy");
    expect([count, ...labels]).toEqual([2, 9, 0]);
    expect([...pixels.subarray(0, 6)]).toEqual([1, 125, 249, 2, 126, 250]);
    expect(pixels.length).toBe(2 * 3072);
  });

  it("refuses other lengths and labels", () => {
    for (const bytes of [new Uint8Array(), record(1).subarray(1)]) {
      expect(() => parseCifar10(bytes, "toy")).toThrow(DataError);
    }
    expect(() => parseCifar10(record(10), "toy")).toThrow(/from 0 to 9, got 10 in record 0/);
  });
});

describe("dataSchema", () => {
  it("takes a name or a folder, never both, and refuses unknown keys", () => {
    expect(dataSchema.parse({ folder: "photos" })).toMatchObject({
      crop: "center",
      flip: false,
      cache: true,
    });
    for (const wrong of [{}, { name: "mnist", folder: "photos" }, { name: "mnist", flop: true }]) {
      expect(dataSchema.safeParse(wrong).success).toBe(false);
    }
  });

  it("loads at least what the network takes", () => {
    expect(computeLoadSize(dataSchema.parse({ name: "x", loadSize: 286 }), 256)).toBe(286);
    expect(computeLoadSize({}, 256)).toBe(256);
    expect(() => computeLoadSize({ loadSize: 255 }, 256)).toThrow(/at least.*256, got 255/);
  });
});
