import { describe, expect, it } from "vitest";
import { chooseTicks, drawLines } from "./draw-lines.js";

describe("chooseTicks", () => {
  it("chooses round numbers past the largest value", () => {
    expect(chooseTicks(90)).toEqual([0, 20, 40, 60, 80, 100]);
    expect(chooseTicks(100)).toEqual([0, 20, 40, 60, 80, 100]);
    expect(chooseTicks(160_000).at(-1)).toBe(200_000);
  });

  it("goes below zero where values do", () => {
    expect(chooseTicks(2, -2)).toEqual([-2, -1, 0, 1, 2]);
  });
});

describe("drawLines", () => {
  const axes = { title: "t", across: "a", up: "u" };

  it("names lines in a legend, which takes its own room", () => {
    const points = [
      [0, 0],
      [10, 10],
    ] as const;
    const alone = drawLines([{ points, colour: "#000" }], axes);
    const named = drawLines([{ points, colour: "#000", name: "both < all" }], axes);
    expect(alone).toContain('points="64.0,276.0 616.0,20.0"');
    expect(named).toContain('points="64.0,276.0 616.0,40.0"');
    expect(named).toContain(">both &lt; all<");
  });

  it("puts powers of ten at equal distances", () => {
    const points = [
      [0, 1],
      [1, 10],
      [2, 100],
    ] as const;
    const svg = drawLines([{ points, colour: "#000" }], { ...axes, logarithmic: true });
    expect(svg).toContain('points="64.0,276.0 340.0,148.0 616.0,20.0"');
  });

  it("cuts off what is outside of a given range", () => {
    const points = [
      [0, 5],
      [1, 50],
    ] as const;
    const svg = drawLines([{ points, colour: "#000" }], { ...axes, upRange: [0, 10] });
    expect(svg).toContain('points="64.0,148.0 616.0,-1004.0"');
    expect(svg).toContain('<clipPath id="axes"><rect x="64" y="20" width="552" height="256"/></clipPath>');
  });
});
