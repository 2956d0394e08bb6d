import { useCpuBackend } from "@gan/test-kit";
import {
  add,
  mul,
  reshape,
  slice,
  stack,
  type Tensor,
  type Tensor2D,
  type Tensor3D,
  tensor3d,
  tidy,
  unstack,
} from "@tensorflow/tfjs-core";
import { beforeAll, describe, expect, it } from "vitest";
import { createTiny, read } from "../tiny.test-helper.js";
import { editStyles } from "./edit-styles.js";
import { mixStyles } from "./mix-styles.js";
import { createFixedNoise, drawSeedLatents, mapSeeds, renderStyles } from "./render-styles.js";
import { selectLayers } from "./select-layers.js";
import { planWalk, walkLatents, walkStyles } from "./walk-styles.js";

beforeAll(useCpuBackend);

const variant = createTiny();
const farthest = (one: Tensor, other: Tensor) => {
  const values = read(other);
  return Math.max(...read(one).map((value, at) => Math.abs(value - (values[at] as number))));
};
const expectClose = (actual: number[] | undefined, expected: number[]) => {
  expect(actual?.length).toBe(expected.length);
  for (const [at, value] of expected.entries()) expect(actual?.[at]).toBeCloseTo(value, 5);
};
const picture = (styles: Tensor3D, index = 0) =>
  renderStyles(variant, slice(styles, [index, 0, 0], [1, 6, 6]));

describe("selectLayers", () => {
  it.each([
    [1024, "coarse", [0, 1, 2, 3]],
    [1024, "middle", [4, 5, 6, 7]],
    [1024, "fine", [8, 9, 10, 11, 12, 13, 14, 15, 16, 17]],
    [128, "middle", [4, 5, 6, 7]],
    [32, "coarse", [0, 1]],
    [32, "middle", [2, 3]],
    [32, "fine", [4, 5, 6, 7]],
    [16, "fine", [4, 5]],
    [8, "coarse", [0, 1]],
    [8, "fine", [2, 3]],
    [8, "all", [0, 1, 2, 3]],
    [32, "0-3", [0, 1, 2, 3]],
    [32, "6,1-2, 2", [1, 2, 6]],
  ])("of %i pixels, %s", (imageSize, text, layers) => {
    expect(selectLayers("--levels", text, imageSize)).toEqual(layers);
  });

  it.each([
    ["rough", /--levels must be coarse, middle, fine, all, or numbers and ranges such as 0-3,6, got rough/],
    ["", /got \./],
    ["3-1", /ranges that go up, got 3-1/],
    ["2-8", /layers 0 to 7, got 2-8/],
    ["-1", /got -1/],
  ])("refuses %s", (text, message) => {
    expect(() => selectLayers("--levels", text, 32)).toThrow(message);
  });

  it("says that eight pixels have no middle", () => {
    expect(() => selectLayers("--levels", "middle", 8)).toThrow("coarse and fine layers only");
  });
});

describe("styles of seeds", () => {
  it("are those of generate, whatever else is asked for", () => {
    tidy(() => {
      const three = mapSeeds(variant, [7, 8, 9]);
      expect(three.shape).toEqual([3, 6, 6]);
      // Another batch size may change the last bit.
      expect(farthest(mapSeeds(variant, [9]), slice(three, [2, 0, 0], [1, 6, 6]))).toBeLessThan(1e-6);
      expect(
        farthest(slice(three, [0, 0, 0], [1, 6, 6]), slice(three, [1, 0, 0], [1, 6, 6])),
      ).toBeGreaterThan(0.01);
      // The layers share one style, that of the seed's first numbers.
      const own = variant.mapLatents(drawSeedLatents(variant, [8]), { truncation: 0.5 });
      const drawn = mapSeeds(variant, [8], { truncation: 0.5 });
      for (const layer of unstack(drawn, 1)) expect(read(layer)).toEqual(read(own));
    });
  });

  it("are of a class where the model has some", () => {
    const told = createTiny({ classCount: 3 });
    tidy(() => {
      const [zero, two] = [0, 2].map((label) => mapSeeds(told, [1], { label }));
      expect(farthest(zero as Tensor, two as Tensor)).toBeGreaterThan(1e-3);
      expect(() => mapSeeds(told, [1], { label: 3 })).toThrow("the class must be 0 to 2, got 3");
      expect(() => mapSeeds(told, [1])).toThrow("needs labels of its 3 classes");
      expect(() => mapSeeds(variant, [1], { label: 0 })).toThrow("knows no classes");
    });
  });

  it("make the same picture in every batch", () => {
    tidy(() => {
      const styles = mapSeeds(
        variant,
        Array.from({ length: 35 }, (_, seed) => seed),
      ); // more than are made at once
      const images = renderStyles(variant, styles);
      for (const index of [0, 31, 32, 34]) {
        expect(
          farthest(slice(images, [index, 0, 0, 0], [1, 16, 16, 1]), picture(styles, index)),
        ).toBeLessThan(1e-5);
      }
      const style = slice(styles, [0, 0, 0], [1, 6, 6]);
      expect(read(picture(style))).toEqual(read(variant.synthesize(style, createFixedNoise(1))));
    });
  });
});

describe("mixStyles", () => {
  it("takes the chosen layers of the column and the others of the row", () => {
    tidy(() => {
      const [rows, columns] = [mapSeeds(variant, [1, 2]), mapSeeds(variant, [3, 4, 5])];
      const table = mixStyles(rows, columns, selectLayers("--levels", "coarse", 16));
      expect(table.shape).toEqual([6, 6, 6]);
      for (let row = 0; row < 2; row++) {
        for (let column = 0; column < 3; column++) {
          // By hand: what the network gets for each convolution.
          const of = (styles: Tensor3D, index: number, layer: number) =>
            reshape(slice(styles, [index, layer, 0], [1, 1, 6]), [1, 6]) as Tensor2D;
          const byHand = Array.from({ length: 6 }, (_, layer) =>
            layer < 2 ? of(columns, column, layer) : of(rows, row, layer),
          );
          const expected = variant.synthesize(byHand, createFixedNoise(1));
          expect(farthest(picture(table, row * 3 + column), expected)).toBeLessThan(1e-6);
        }
      }
      // Coarse styles come of the column: the row's and the column's pictures are others.
      expect(farthest(picture(table, 0), picture(rows, 0))).toBeGreaterThan(1e-3);
      expect(farthest(picture(table, 0), picture(columns, 0))).toBeGreaterThan(1e-3);
      expect(read(mixStyles(rows, columns, [])).slice(0, 36)).toEqual(read(rows).slice(0, 36));
      expect(read(mixStyles(rows, columns, [0, 1, 2, 3, 4, 5])).slice(36, 72)).toEqual(
        read(columns).slice(36, 72),
      );
    });
  });

  it("refuses styles of another model", () => {
    const other = tensor3d(new Float32Array(8), [1, 2, 4]);
    expect(() => mixStyles(mapSeeds(variant, [1]), other, [0])).toThrow(
      "of one model, got [1, 6, 6] and [1, 2, 4]",
    );
  });
});

describe("editStyles", () => {
  it("moves the chosen layers by each amount", () => {
    tidy(() => {
      const styles = mapSeeds(variant, [1, 2]);
      const direction = Float32Array.of(0, 1, 0, 0, -2, 0);
      const edited = editStyles(styles, direction, { amounts: [-1, 0, 3], layers: [1, 5] });
      expect(edited.shape).toEqual([6, 6, 6]);
      const values = edited.arraySync();
      for (const [index, style] of styles.arraySync().entries()) {
        for (const [place, amount] of [-1, 0, 3].entries()) {
          for (const [layer, before] of style.entries()) {
            const factor = layer === 1 || layer === 5 ? amount : 0;
            const moved = before.map((value, at) => value + factor * (direction[at] as number));
            expectClose(values[index * 3 + place]?.[layer], moved);
          }
        }
      }
      const everywhere = editStyles(styles, direction, { amounts: [1] });
      expect(
        farthest(slice(everywhere, [0, 0, 0], [1, 1, 6]), slice(styles, [0, 0, 0], [1, 1, 6])),
      ).toBeCloseTo(2, 5);
      expect(() => editStyles(styles, Float32Array.of(1), { amounts: [1] })).toThrow(
        "must hold 6 numbers, got 1",
      );
    });
  });
});

describe("ways between pictures", () => {
  it("are planned as a loop, a path, or rows with both ends", () => {
    const shares = (form: "loop" | "path" | "rows") =>
      planWalk(3, 2, form).map(({ from, to, share }) => `${from}${to} ${share}`);
    expect(shares("loop")).toEqual(["01 0", "01 0.5", "12 0", "12 0.5", "20 0", "20 0.5"]);
    expect(shares("path")).toEqual(["01 0", "01 0.5", "12 0", "12 0.5", "12 1"]);
    expect(shares("rows")).toEqual(["01 0", "01 0.5", "01 1", "12 0", "12 0.5", "12 1"]);
    expect(() => planWalk(1, 4, "loop")).toThrow("at least two stops, got 1");
  });

  it("are straight in w", () => {
    tidy(() => {
      const stops = mapSeeds(variant, [1, 2]);
      const walked = walkStyles(stops, planWalk(2, 4, "path"));
      const [first, last] = unstack(stops) as [Tensor, Tensor];
      const byHand = stack(
        [0, 0.25, 0.5, 0.75, 1].map((share) => add(mul(first, 1 - share), mul(last, share))),
      );
      expect(walked.shape).toEqual([5, 6, 6]);
      expect(farthest(walked, byHand)).toBeLessThan(1e-6);
    });
  });

  it("are on the great circle in z", async () => {
    const stops = drawSeedLatents(variant, [1, 2]);
    const walked = await walkLatents(stops, planWalk(2, 4, "path"));
    const rows = (await walked.array()) as number[][];
    const [first, last] = (await stops.array()) as [number[], number[]];
    expectClose(rows[0], first);
    expectClose(rows[4], last);
    const norm = (row: number[]) => Math.hypot(...row);
    const angle = (one: number[], other: number[]) =>
      Math.acos(
        one.reduce((sum, value, at) => sum + value * (other[at] as number), 0) / norm(one) / norm(other),
      );
    // Halfway, sin(ω/2) / sin ω = 1 / (2·cos(ω/2)) of both.
    const half = first.map(
      (value, at) => (value + (last[at] as number)) / (2 * Math.cos(angle(first, last) / 2)),
    );
    expectClose(rows[2], half);
    stops.dispose();
    walked.dispose();
  });
});
