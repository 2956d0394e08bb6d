import type { PixelImage } from "@gan/core";
import { expect, it } from "vitest";
import { fill, findBestColour, findEnclosed } from "./constant-fill.js";

/** `#` is a line, everything else white. */
function draw(...rows: string[]): PixelImage {
  const pixels = Uint8Array.from([...rows.join("")].flatMap((sign) => Array(3).fill(sign === "#" ? 0 : 255)));
  return { width: rows[0]?.length as number, height: rows.length, channels: 3, pixels };
}

it("fills what lines enclose, not what is open to the border", () => {
  const lines = draw("......", ".###..", ".#.#.#", ".###.#", "....#.");
  expect([...findEnclosed(lines)].flatMap((inside, place) => (inside === 1 ? [place] : []))).toEqual([14]);
  const filled = fill(lines, [1, 2, 3]);
  expect([...filled.pixels.subarray(14 * 3, 15 * 3)]).toEqual([1, 2, 3]);
  expect(filled.pixels.filter((value, index) => value !== lines.pixels[index])).toHaveLength(3);
});

it("takes the median colour of the enclosed pixels over all pictures", () => {
  const lines = [10, 20, 90].map(() => draw("###", "#.#", "###"));
  const drawings = [10, 20, 90].map((shade) => {
    const picture = draw("###", "#.#", "###");
    picture.pixels.fill(shade, 12, 15);
    return picture;
  });
  expect(findBestColour(lines, drawings)).toEqual([20, 20, 20]);
});
