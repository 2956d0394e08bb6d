import type { PixelImage } from "@gan/core";
import { expect, it } from "vitest";
import { fillRegions, findBestColour, findRegionColours, findRegions } from "./fill-regions.js";

const shades: Record<string, number> = { "#": 0, "+": 200 };

/** `#` is a line, `+` where one passes by, everything else white. */
function draw(...rows: string[]): PixelImage {
  const pixels = Uint8Array.from([...rows.join("")].flatMap((sign) => Array(3).fill(shades[sign] ?? 255)));
  return { width: rows[0]?.length as number, height: rows.length, channels: 3, pixels };
}
const read = ({ pixels }: PixelImage, place: number) => [...pixels.subarray(place * 3, place * 3 + 3)];
const countChanges = (first: PixelImage, second: PixelImage) =>
  first.pixels.filter((value, index) => value !== second.pixels[index]).length;

it("tells lines, what they enclose, and what is open to the border", () => {
  const lines = draw("......", ".####.", ".#.##.", ".##.##", "..####", "......");
  expect([...findRegions(lines)].join("")).toBe("111111100001102001100300110000111111");
});

it("fills what lines enclose, and grey lines on their inner side", () => {
  const lines = draw(".......", ".+++++.", ".+++++.", ".++.++.", ".+++++.", ".+++++.", ".......");
  const filled = fillRegions(lines, () => [51, 102, 255]);
  expect(read(filled, 24)).toEqual([51, 102, 255]);
  expect([16, 17, 18, 23, 25, 30, 31, 32].map((place) => read(filled, place))).toEqual(
    Array(8).fill([40, 80, 200]),
  );
  expect(countChanges(lines, filled)).toBe(2 + 8 * 2); // blue stays as it is
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

it("gives each region the colour that it has in the drawing", () => {
  const lines = draw("######", "#.##.#", "######");
  const drawing = draw("######", "#.##+#", "######");
  drawing.pixels.set([7, 8, 9], 7 * 3);
  expect(fillRegions(lines, findRegionColours(lines, drawing))).toEqual(drawing);
});
