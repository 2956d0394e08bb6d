import { describe, expect, it } from "vitest";
import { parseProganConfig } from "./config.js";
import { computeSchedule, drawSchedule, fadeAt, stageAt } from "./schedule.js";

const schedule = computeSchedule(
  parseProganConfig({
    imageSize: 16,
    stableImages: 100,
    fadeImages: 50,
    batchSizes: { 4: 16, 16: 8 },
    learningRates: { 4: 1e-3, 16: 2e-3 },
  }),
);

describe("computeSchedule", () => {
  it("lets each level after the first fade in, in whole batches, and the last stay", () => {
    const rows = schedule.map(({ key, fromImages, toImages, batchSize, learningRate }) => [
      key,
      fromImages,
      toImages,
      batchSize,
      learningRate,
    ]);
    expect(rows).toEqual([
      ["4", 0, 112, 16, 1e-3],
      ["8 fading", 112, 176, 16, 1e-3],
      ["8", 176, 288, 16, 1e-3],
      ["16 fading", 288, 344, 8, 2e-3],
      ["16", 344, Number.POSITIVE_INFINITY, 8, 2e-3],
    ]);
  });

  it("begins where it is told to", () => {
    const config = parseProganConfig({ imageSize: 16, startSize: 8, stableImages: 128, fadeImages: 128 });
    expect(computeSchedule(config).map(({ key }) => key)).toEqual(["8", "16 fading", "16"]);
  });
});

describe("fadeAt", () => {
  it("rises from 0 in even steps and is 1 elsewhere", () => {
    expect(
      [0, 111, 112, 128, 144, 160, 176, 288, 316, 344, 1e9].map((images) => fadeAt(schedule, images)),
    ).toEqual([1, 1, 0, 0.25, 0.5, 0.75, 1, 0, 0.5, 1, 1]);
    expect([0, 111, 112, 343, 344].map((images) => stageAt(schedule, images).key)).toEqual([
      "4",
      "4",
      "8 fading",
      "16 fading",
      "16",
    ]);
  });
});

describe("drawSchedule", () => {
  it("draws each stage that the total reaches, to scale", () => {
    const lines = drawSchedule(schedule, 224).split("\n");
    expect(lines).toHaveLength(3);
    expect(lines[0]).toContain(`${"█".repeat(20)} `);
    expect(lines[1]).toMatch(/8×8 fades in .{20}░{11}/);
    expect(lines[2]).toMatch(/8×8 stays .*█{9}.* 176 to 224 images, batch 16/);
  });
});
