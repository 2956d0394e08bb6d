import { describe, expect, it } from "vitest";
import { composeTable } from "./compose-table.js";
import { drawText, measureText } from "./draw-text.js";
import type { FloatImages, PixelImage } from "./pixel-grid.js";

/** Pictures of 2 × 1 pixels, each of one grey. */
const greys = (...values: number[]): FloatImages => ({
  shape: [values.length, 1, 2, 1],
  values: Float32Array.from(values.flatMap((value) => [value, value])),
});
const at = ({ width, channels, pixels }: PixelImage, x: number, y: number) =>
  pixels[(y * width + x) * channels];

describe("composeTable", () => {
  it("puts pictures, their heads and nothing else where they belong", () => {
    const table = composeTable(greys(1, 0.5, 0, -0.5), {
      columns: 2,
      rowHeads: greys(0.2, 0.3),
      columnHeads: greys(0.6, 0.7),
      scale: 3,
    });
    // Cells of 6 × 3 and a margin of 2; heads are followed by 4 more.
    expect([table.width, table.height]).toEqual([2 + 12 + 2 * 8, 2 + 9 + 2 * 5]);
    const corners = [
      [14, 11, 255],
      [22, 11, 191],
      [14, 16, 128],
      [22, 16, 64],
      [2, 11, 153],
      [2, 16, 166],
      [14, 2, 204],
      [22, 2, 217],
    ] as const;
    for (const [x, y, value] of corners) {
      expect([at(table, x, y), at(table, x + 5, y + 2)]).toEqual([value, value]);
      expect([at(table, x - 1, y), at(table, x + 6, y)]).toEqual([0, 0]);
    }
    const sum = table.pixels.reduce((total, value) => total + value, 0);
    expect(sum).toBe(18 * corners.reduce((total, [, , value]) => total + value, 0));
  });

  it("makes room for labels, and draws small pictures large", () => {
    const plain = composeTable(greys(-1, -1), { columns: 2 });
    expect([plain.width, plain.height]).toEqual([2 + 2 * 66, 2 + 34]);
    expect(Math.max(...plain.pixels)).toBe(0);
    const labelled = composeTable(greys(-1, -1), {
      columns: 2,
      rowLabels: ["I"],
      columnLabels: ["-3", "+3"],
    });
    const letter = measureText("I", 1);
    expect([labelled.width - plain.width, labelled.height - plain.height]).toEqual([
      letter.width + 6,
      letter.height + 6,
    ]);
    const isWhite = (x: number, y: number) => at(labelled, x, y) === 255;
    // The top of the I, and the first line of the plus in the middle of its column.
    expect([isWhite(2 + 2, labelled.height - 18 - 3), isWhite(2, labelled.height - 18 - 3)]).toEqual([
      true,
      false,
    ]);
    const middle = labelled.width - 66 + Math.floor((64 - measureText("+3", 1).width) / 2);
    expect([isWhite(middle + 2, 3), isWhite(middle + 2, 2)]).toEqual([true, false]);
  });

  it("refuses pictures that do not fill it and edges of another number or size", () => {
    expect(() => composeTable(greys(1, 1, 1), { columns: 2 })).toThrow("full rows, got 3 pictures");
    expect(() => composeTable(greys(1, 1), { columns: 2, rowLabels: ["a", "b"] })).toThrow(
      "rowLabels of this table must be 1, got 2",
    );
    const heads: FloatImages = { shape: [1, 2, 2, 1], values: new Float32Array(4) };
    expect(() => composeTable(greys(1, 1), { columns: 2, rowHeads: heads })).toThrow(
      "must be [.., 1, 2, 1], got [1, 2, 2, 1]",
    );
  });
});

describe("drawText", () => {
  const draw = (text: string, scale = 1) => {
    const { width, height } = measureText(text, scale);
    const picture = { width, height, channels: 1, pixels: new Uint8Array(width * height) };
    drawText(picture, text, { left: 0, top: 0, scale });
    return Array.from({ length: height }, (_, row) =>
      Array.from(picture.pixels.subarray(row * width, (row + 1) * width), (value) =>
        value ? "#" : ".",
      ).join(""),
    );
  };

  it("writes what one can read", () => {
    expect(draw("L1")).toEqual([
      "#.......#..",
      "#......##..",
      "#.......#..",
      "#.......#..",
      "#.......#..",
      "#.......#..",
      "#####..###.",
    ]);
  });

  it("writes larger, and a question mark for what it lacks", () => {
    expect(draw("T", 2).filter((_, row) => row % 2 === 0)).toEqual(
      draw("T").map((line) => [...line].map((dot) => dot + dot).join("")),
    );
    expect(draw("é")).toEqual(draw("?"));
  });
});
