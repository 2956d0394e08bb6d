import { describe, expect, it } from "vitest";
import { createLines } from "./progress.js";
import { formatDuration, RateMeter } from "./rate-meter.js";

describe("RateMeter", () => {
  it("gives the rate of the last ten seconds", () => {
    const meter = new RateMeter();
    meter.add(0, 0);
    expect(meter.imagesPerSecond).toBeUndefined();
    for (let second = 1; second <= 30; second++) meter.add(second * 100, second * 1000);
    expect(meter.imagesPerSecond).toBeCloseTo(100, 6);
    for (let second = 31; second <= 45; second++) meter.add(3000 + (second - 30) * 10, second * 1000);
    expect(meter.imagesPerSecond).toBeCloseTo(10, 6);
  });
});

describe("formatDuration", () => {
  it.each([
    [0, "0:00"],
    [75.4, "1:15"],
    [3599.6, "1:00:00"],
    [3700, "1:01:40"],
  ])("writes %d seconds as %s", (seconds, text) => {
    expect(formatDuration(seconds)).toBe(text);
  });
});

describe("createLines", () => {
  it("writes at most one line in ten seconds, with rate, time left and each phase's loss", () => {
    const lines: string[] = [];
    let millis = 0;
    const progress = createLines(
      (line) => lines.push(line),
      () => millis,
    );
    progress.show({ type: "start", imagesSeen: 0, totalImages: 4000 });
    for (let step = 1; step <= 21; step++) {
      millis = step * 1000;
      const losses = { "discriminator.real": 0.5, "discriminator.fake": 0.25, "generator.fake": 2 };
      const measures = { losses, reports: {}, gradientNorms: {}, learningRates: {} };
      progress.show({ type: "step", imagesSeen: step * 100, ...measures, durationMillis: 1000 });
    }
    expect(lines).toEqual([
      "100/4000 images  – images/s  ETA –  discriminator 0.750  generator 2.000",
      "1100/4000 images  100 images/s  ETA 0:29  discriminator 0.750  generator 2.000",
      "2100/4000 images  100 images/s  ETA 0:19  discriminator 0.750  generator 2.000",
    ]);
  });
});
