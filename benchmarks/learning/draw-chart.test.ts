import { expect, it } from "vitest";
import { drawChart } from "./draw-chart.js";

it("draws points in their place, and the floor", () => {
  const points = [
    { imagesSeen: 0, fid: 100 },
    { imagesSeen: 50_000, fid: 50 },
    { imagesSeen: 100_000, fid: 20 },
  ];
  const svg = drawChart(points, { label: "FID", floor: 10 });
  // 552 × 256 pixels from (64, 20).
  expect(svg).toContain('points="64.0,20.0 340.0,148.0 616.0,224.8"');
  expect(svg).toContain(">floor 10.0<");
});
