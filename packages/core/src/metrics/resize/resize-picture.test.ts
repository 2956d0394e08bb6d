import { readFileSync } from "node:fs";
import { describe, expect, it } from "vitest";
import { decodeSafetensors } from "../../checkpoint/index.js";
import type { PixelImage } from "../../data/index.js";
import { resizePicture } from "./resize-picture.js";

/** Crops of emoji and what clean-fid 0.1.35 and pytorch-fid 0.3.0 make of them: make-resize-fixture.py. */
const url = new URL("../../../fixtures/metrics/resize.safetensors", import.meta.url);
const fixture = decodeSafetensors(readFileSync(url), "fixture");

function readPicture(name: string): PixelImage {
  const { shape, values } = fixture.get(name) as { shape: number[]; values: Float32Array };
  const [height = 0, width = 0, channels = 0] = shape;
  return { width, height, channels, pixels: Uint8Array.from(values) };
}

/** Every `step`th pixel in both directions. */
function thin(values: Float32Array, size: number, step: number): number[] {
  const kept: number[] = [];
  for (let row = 0; row < size; row += step) {
    for (let column = 0; column < size; column += step) {
      kept.push(...values.subarray((row * size + column) * 3, (row * size + column) * 3 + 3));
    }
  }
  return kept;
}

describe("resizePicture", () => {
  it.each([
    ["fox", "clean", 45],
    ["fox", "clean", 299],
    ["fox", "legacy", 45],
    ["fox", "legacy", 299],
    ["hibiscus", "clean", 20],
    ["hibiscus", "clean", 56],
    ["hibiscus", "legacy", 20],
    ["hibiscus", "legacy", 56],
  ] as const)("makes of the %s what the published tools do: %s, %i px", (name, method, size) => {
    const expected = fixture.get(`${name}.${method}.${size}`)?.values as Float32Array;
    const actual = thin(
      resizePicture(readPicture(name), size, method),
      size,
      size === 299 ? 13 : size === 56 ? 5 : 1,
    );
    expect(actual.length).toBe(expected.length);
    let largest = 0;
    for (const [index, value] of expected.entries()) {
      largest = Math.max(largest, Math.abs((actual[index] as number) - value));
    }
    expect(largest).toBeLessThan(1e-4);
  });

  it("clips where the cubic overshoots, and leaves a picture of the right size as it is", () => {
    const pixels = Uint8Array.of(0, 0, 255, 255, 0, 0, 255, 255, 0, 0, 255, 255, 0, 0, 255, 255);
    const edge = { width: 4, height: 4, channels: 1, pixels };
    const wide = resizePicture(edge, 16, "clean");
    expect([Math.min(...wide), Math.max(...wide)]).toEqual([0, 255]);
    for (const method of ["clean", "legacy", "none"] as const) {
      expect(resizePicture(edge, 4, method)).toEqual(Float32Array.from(pixels));
    }
  });

  it("refuses another size without a method", () => {
    const picture = { width: 3, height: 4, channels: 1, pixels: new Uint8Array(12) };
    expect(() => resizePicture(picture, 4, "none")).toThrow(/must be 4×4, got 3×4\. Choose a resize method/);
  });
});
