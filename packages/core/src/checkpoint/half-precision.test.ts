import { describe, expect, it } from "vitest";
import { decodeHalf, encodeHalf } from "./half-precision.js";
import { decodeSafetensors, encodeSafetensors } from "./safetensors.js";

describe("half precision", () => {
  it.each([
    [0, 0x0000],
    [-0, 0x8000],
    [1, 0x3c00],
    [-2, 0xc000],
    [1 / 3, 0x3555],
    [65504, 0x7bff],
    [65519.99, 0x7bff],
    [65520, 0x7c00],
    [Number.NEGATIVE_INFINITY, 0xfc00],
    [2 ** -14, 0x0400],
    [2 ** -24, 0x0001],
    [2 ** -25, 0x0000], // a tie, to even
    [1.5 * 2 ** -24, 0x0002], // another
    [2 ** -14 - 2 ** -26, 0x0400], // rounds up to the smallest normal number
    [1 + 2 ** -11, 0x3c00],
    [1 + 3 * 2 ** -11, 0x3c02],
    [2 - 2 ** -12, 0x4000],
  ])("stores %f as published", (value, half) => {
    expect(encodeHalf(value)).toBe(half);
  });

  it("gives every one of the 65,536 back", () => {
    for (let half = 0; half < 65536; half++) {
      const value = decodeHalf(half);
      if (Number.isNaN(value)) expect(Number.isNaN(decodeHalf(encodeHalf(value)))).toBe(true);
      else if (encodeHalf(value) !== half) throw new Error(`${half} became ${encodeHalf(value)}`);
    }
  });

  it("halves a file of tensors, whose values are then rounded", () => {
    const values = Float32Array.from([1, -2, 1 / 3, 6e-8, 1000.25]);
    const tensors = new Map([["x", { shape: [5], values }]]);
    const bytes = encodeSafetensors(tensors, {}, "F16");
    expect(bytes.length).toBe(encodeSafetensors(tensors).length - 10);
    const read = decodeSafetensors(bytes, "toy").get("x")?.values;
    expect(read).toEqual(Float32Array.from([1, -2, 0.333251953125, 2 ** -24, 1000]));
  });
});
