import { describe, expect, it } from "vitest";
import type { StepEvent, WarningCode } from "./events.js";
import { HealthMonitor } from "./health.js";

const healthy: Omit<StepEvent, "type" | "imagesSeen" | "durationMillis" | "learningRates"> = {
  losses: { "discriminator.real": 0.6, "discriminator.fake": 0.6, "generator.fake": 0.8 },
  reports: { accuracy: 0.6, realProbability: 0.55, fakeProbability: 0.45 },
  gradientNorms: { discriminator: 0.5, generator: 0.4 },
};

/** The codes of the warnings that some steps lead to. */
function watch(steps: number, change: (step: number) => Partial<typeof healthy>): WarningCode[] {
  const monitor = new HealthMonitor();
  const codes: WarningCode[] = [];
  for (let step = 0; step < steps; step++) {
    const event = { type: "step", imagesSeen: step * 8, durationMillis: 1, learningRates: {} } as const;
    for (const { code } of monitor.observe({ ...event, ...healthy, ...change(step) })) codes.push(code);
  }
  return codes;
}

describe("HealthMonitor", () => {
  it("says nothing of a healthy run, nor of a single bad step", () => {
    expect(watch(2_000, () => ({}))).toEqual([]);
    const bad = { reports: { accuracy: 1, fakeProbability: 0 } };
    expect(watch(2_000, (step) => (step % 100 === 7 ? bad : {}))).toEqual([]);
  });

  it("sees a discriminator that won", () => {
    const reports = { accuracy: 0.995, realProbability: 0.99, fakeProbability: 0.004 };
    expect(watch(300, () => ({ reports }))).toEqual(["discriminator-won"]);
  });

  it("sees a generator without gradient", () => {
    const gradientNorms = { discriminator: 0.5, generator: 1e-5 };
    expect(watch(300, (step) => (step < 100 ? {} : { gradientNorms }))).toEqual(["generator-starved"]);
  });

  it("sees a loss at zero", () => {
    const losses = { "discriminator.real": 1e-5, "discriminator.fake": 1e-5, "generator.fake": 9 };
    expect(watch(200, () => ({ losses }))).toEqual(["loss-at-zero"]);
  });

  it("sees losses that swing, not losses that drift", () => {
    const swing = (step: number) => ({
      losses: { "generator.fake": 2 + 1.8 * Math.sin((2 * Math.PI * step) / 450) },
    });
    expect(watch(1_500, swing)).toEqual(["oscillation"]);
    const drift = (step: number) => ({ losses: { "generator.fake": 0.5 + step / 300 } });
    expect(watch(1_500, drift)).toEqual([]);
  });

  it("sees samples that are all alike, once there was time to learn", () => {
    const measure = { type: "health", imagesSeen: 8, realDiversity: 0.8 } as const;
    const monitor = new HealthMonitor();
    expect(monitor.observe({ ...measure, sampleDiversity: 0.1 })).toEqual([]); // at the very beginning
    const step = { type: "step", imagesSeen: 8, durationMillis: 1, learningRates: {}, ...healthy } as const;
    for (let count = 0; count < 1_000; count++) monitor.observe(step);
    expect(monitor.observe({ ...measure, sampleDiversity: 0.5 })).toEqual([]);
    expect(monitor.observe({ ...measure, sampleDiversity: 0.1 })).toMatchObject([
      { code: "mode-collapse", message: expect.stringMatching(/only 13 %/) },
    ]);
  });

  it("repeats a warning only after 5,000 steps", () => {
    const reports = { accuracy: 1, realProbability: 1, fakeProbability: 0 };
    expect(watch(5_000, () => ({ reports }))).toHaveLength(1);
    expect(watch(5_200, () => ({ reports }))).toHaveLength(2);
  });
});
