import { describe, expect, it } from "vitest";
import { findClass } from "../data/index.js";
import { ConfigError } from "../errors/index.js";
import { planClasses } from "./class-options.js";
import { planPictures } from "./generate-plan.js";

const names = ["cat", "dog", "1"];

describe("findClass", () => {
  it("takes a name, then a number", () => {
    expect(["dog", "0", 1, "1", 2].map((wanted) => findClass("toy", names, wanted))).toEqual([1, 0, 2, 2, 2]);
  });

  it.each(["cow", "3", -1, "1.5", " ", ""])("lists what it knows when asked for %j", (wanted) => {
    expect(() => findClass("toy", names, wanted)).toThrow(ConfigError);
    expect(() => findClass("toy", names, wanted)).toThrow(/\[gan\/toy\].*0 cat, 1 dog, 2 1/);
  });
});

describe("planClasses", () => {
  const labels = (rows: number[][]) => rows.map((row) => row.indexOf(1));

  it("takes all classes in turn, or those chosen, each from noise of its own", () => {
    const all = planClasses("toy", names, {}, 4);
    expect([labels(all.rows), all.noise, all.columns]).toEqual([[0, 1, 2, 0], [0, 1, 2, 3], undefined]);
    expect(labels(planClasses("toy", names, { class: ["dog"] }, 2).rows)).toEqual([1, 1]);
    expect(labels(planClasses("toy", names, { class: ["dog", "0"] }, 3).rows)).toEqual([1, 0, 1]);
  });

  it("lays a grid of a row for each class over the same noise", () => {
    const { rows, noise, columns } = planClasses("toy", names, { grid: true }, 7);
    expect([labels(rows), noise, columns]).toEqual([[0, 0, 1, 1, 2, 2], [0, 1, 0, 1, 0, 1], 2]);
  });

  it("leads from one class to another in eight steps of equal noise", () => {
    const { rows, noise, columns } = planClasses("toy", names, { interpolate: "dog:0" }, 17);
    expect([columns, noise]).toEqual([8, [...Array(8).fill(0), ...Array(8).fill(1)]]);
    expect([rows[0], rows[7], rows[15]]).toEqual([
      [0, 1, 0],
      [1, 0, 0],
      [1, 0, 0],
    ]);
    expect(rows[10]?.[0]).toBeCloseTo(2 / 7);
    expect(rows[10]?.[1]).toBeCloseTo(5 / 7);
    expect(planClasses("toy", names, { interpolate: "dog:dog" }, 8).rows[3]).toEqual([0, 1, 0]);
  });

  it.each([
    [{ grid: true }, 2, /at least one picture for each of 3 classes, got 2/],
    [{ interpolate: "cat:dog" }, 7, /at least 8/],
    [{ interpolate: "cat" }, 8, /two classes as from:to/],
    [{ interpolate: "cat:cow" }, 8, /no class cow/],
    [{ interpolate: "cat:dog", grid: true }, 8, /leave out/],
    [{ class: ["cow"] }, 1, /no class cow/],
  ])("refuses %j of %i pictures", (flags, count, message) => {
    expect(() => planClasses("toy", names, flags, count)).toThrow(message);
  });
});

describe("planPictures with classes", () => {
  const classes = { scope: "toy", names };
  const flags = { out: "a.png", seed: "1", framesPerSecond: "12" };

  it("shares noise down the columns of a grid, and blends the classes that a walk leads through", () => {
    const { pictures, columns } = planPictures({ ...flags, grid: true, count: "6" }, classes);
    const noise = pictures.map(({ createNoise }) => createNoise().normals(1)[0]);
    expect(columns).toBe(2);
    expect([noise[2], noise[3]]).toEqual([noise[0], noise[1]]);
    expect(noise[0]).not.toBe(noise[1]);
    const walk = planPictures({ ...flags, interpolate: "4", count: "2" }, classes);
    expect(walk.pictures.map(({ weights }) => weights)[1]).toEqual([0.75, 0.25, 0]);
    expect(planPictures({ ...flags, interpolate: "cat:dog", count: "8" }, classes).columns).toBe(8);
  });
});
