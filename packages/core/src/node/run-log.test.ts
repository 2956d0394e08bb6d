import { appendFile, mkdtemp, readFile, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { CheckpointError } from "../errors/index.js";
import type { StepEvent } from "../train/index.js";
import { RunLog, readRunLog, type StepLine } from "./run-log.js";

let folder = "";
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), "gan-log-"));
});
afterEach(() => rm(folder, { recursive: true, force: true }));

const step = (imagesSeen: number, loss: number, more: Partial<StepEvent> = {}): StepEvent => ({
  type: "step",
  imagesSeen,
  losses: { "generator.fake": loss },
  reports: {},
  gradientNorms: { generator: 1 },
  learningRates: { generator: 0.1 },
  durationMillis: 500,
  ...more,
});

describe("RunLog", () => {
  it("averages steps into at most about 2,000 lines", async () => {
    const log = new RunLog(folder);
    await log.cut(0);
    await log.add({ type: "start", imagesSeen: 0, totalImages: 40_000 });
    await log.add(step(10, 1, { reports: { accuracy: 0.5 } }));
    await log.add(step(20, 3));
    await log.add(step(30, 7));
    await log.add({ type: "end", reason: "complete", imagesSeen: 30 });
    const { events } = await readRunLog(folder);
    expect(events.map(({ type, imagesSeen }) => [type, imagesSeen])).toEqual([
      ["start", 0],
      ["step", 20],
      ["step", 30],
      ["end", 30],
    ]);
    expect(events[1]).toMatchObject({
      losses: { "generator.fake": 2 },
      reports: { accuracy: 0.5 },
      imagesPerSecond: 20,
    });
    expect((events[2] as StepLine).losses["generator.fake"]).toBe(7);
  });

  it("leaves no line for a run that is opened again when it is complete, and adds an end that is missing", async () => {
    const typesOf = async () => (await readRunLog(folder)).events.map(({ type }) => type);
    const reopen = async (reason: "complete" | "aborted") => {
      const log = new RunLog(folder);
      await log.cut(10);
      await log.add({ type: "start", imagesSeen: 10, totalImages: 10 });
      await log.add({ type: "end", reason, imagesSeen: 10 });
    };
    const log = new RunLog(folder);
    await log.add({ type: "start", imagesSeen: 0, totalImages: 10 });
    await log.add(step(10, 1)); // and the process ends before it says so
    await reopen("aborted");
    expect(await typesOf()).toEqual(["start", "step"]);
    await reopen("complete");
    expect(await typesOf()).toEqual(["start", "step", "start", "end"]);
    await reopen("complete");
    expect(await typesOf()).toEqual(["start", "step", "start", "end"]);
  });

  it("keeps diversity with the metrics, warnings with the events", async () => {
    const log = new RunLog(folder);
    await log.add({ type: "health", imagesSeen: 5, sampleDiversity: 0.1, realDiversity: 0.4 });
    await log.add({ type: "warning", imagesSeen: 5, code: "mode-collapse", message: "all alike" });
    const { events, metrics } = await readRunLog(folder);
    expect(metrics).toEqual([{ imagesSeen: 5, metrics: { sampleDiversity: 0.1, realDiversity: 0.4 } }]);
    expect(events).toMatchObject([{ type: "warning", code: "mode-collapse" }]);
  });

  it("cuts what lies behind a checkpoint, and a torn last line", async () => {
    const log = new RunLog(folder);
    for (const imagesSeen of [10, 20, 30]) await log.add(step(imagesSeen, 1));
    await log.addMetrics({ imagesSeen: 30, metrics: { fid: 9 } });
    await appendFile(join(folder, "events.jsonl"), '{"type":"step","imagesS');
    expect((await readRunLog(folder)).events).toHaveLength(3);
    await new RunLog(folder).cut(20);
    const { events, metrics } = await readRunLog(folder);
    expect(events.map(({ imagesSeen }) => imagesSeen)).toEqual([10, 20]);
    expect(metrics).toEqual([]);
    expect(await readFile(join(folder, "events.jsonl"), "utf8")).toMatch(/\}\n$/);
  });

  it("keeps every rollback when it is cut, and what was flushed before a checkpoint", async () => {
    const log = new RunLog(folder);
    await log.add({ type: "start", imagesSeen: 0, totalImages: 1_000_000 });
    await log.add(step(10, 1));
    await log.flush();
    await log.add(step(20, 1));
    for (const attempt of [1, 2]) {
      await log.cut(10);
      await log.add({ type: "rollback", imagesSeen: 20, toImages: 10, attempt, reason: "NaN" });
    }
    const { events } = await readRunLog(folder);
    expect(events.map(({ type }) => type)).toEqual(["start", "step", "rollback", "rollback"]);
  });

  it("names a damaged line", async () => {
    await writeFile(join(folder, "events.jsonl"), "{}\nnonsense\n{}\n");
    await expect(readRunLog(folder)).rejects.toThrow(CheckpointError);
    await expect(readRunLog(folder)).rejects.toThrow(/events\.jsonl is damaged in line 2/);
  });
});
