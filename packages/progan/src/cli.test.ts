import { mkdir, mkdtemp, readdir, readFile, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { captureCommandLine } from "@gan/test-kit/variant";
import sharp from "sharp";
import { afterAll, beforeAll, describe, expect, it, vi } from "vitest";
import { runCli } from "./cli.js";

const model = {
  imageSize: 16,
  channels: 1,
  latentSize: 4,
  featureBase: 16,
  featureMax: 4,
  stableImages: 8,
  fadeImages: 8,
  batchSizes: { 4: 4 },
};
/** Ends while 16×16 fade in. */
const config = {
  model,
  data: { name: "mnist-test" },
  training: { totalImages: 28, seed: 3, sampleEveryImages: 12, checkpointEveryImages: 28 },
};

let folder = "";
let file = "";
let run = "";
const runTool = captureCommandLine(runCli);

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), "gan-progan-"));
  file = join(folder, "tiny.json");
  run = join(folder, "run");
  await writeFile(file, JSON.stringify(config));
});
afterAll(() => rm(folder, { recursive: true }));

describe("gan-progan", () => {
  it("trains, then makes pictures of every level that it has reached", async () => {
    const training = await runTool("train", "--config", file, "--out", run);
    expect([training.code, training.text]).toEqual([0, expect.stringMatching(/28 images/)]);
    const make = async (name: string, ...flags: string[]) => {
      const out = join(folder, name);
      const { code } = await runTool("generate", "--from", run, "--count", "3", "--out", out, ...flags);
      expect([flags, code]).toEqual([flags, 0]);
      const { width, height } = await sharp(join(out, "0-0002.png")).metadata();
      return { size: [width, height], bytes: await readFile(join(out, "0-0002.png")) };
    };
    const newest = await make("newest");
    expect(newest.size).toEqual([16, 16]);
    for (const [level, side] of [4, 8, 16].entries()) {
      const byLevel = await make(`level-${level}`, "--level", String(level));
      expect(byLevel.size).toEqual([side, side]);
      expect((await make(`size-${side}`, "--size", String(side))).bytes).toEqual(byLevel.bytes);
      if (side === 16) expect(byLevel.bytes).not.toEqual(newest.bytes); // it still fades in
    }
  });

  it.each([
    [["--level", "3"], /0 \(4×4\), 1 \(8×8\), 2 \(16×16\), got 3/],
    [["--size", "12"], /--size must be a power of two, got 12/],
    [["--size", "32"], /4, 8, 16, got 32/],
    [["--level", "1", "--size", "8"], /exclude each other/],
  ])("refuses generate %j", async (flags, message) => {
    const { code, text } = await runTool("generate", "--from", run, "--out", join(folder, "no"), ...flags);
    expect([code, text]).toEqual([2, expect.stringMatching(message)]);
    expect(await readdir(folder)).not.toContain("no");
  });

  it("draws the schedule of a plan beside its JSON", async () => {
    const log = vi.spyOn(console, "log").mockImplementation(() => {});
    const { code, text } = await runTool(
      "train",
      "--config",
      file,
      "--out",
      join(folder, "never"),
      "--dry-run",
      "--no-measure",
    );
    expect(code).toBe(0);
    expect(text).toMatch(/ 16×16 fades in +░+ +24 to 28 images, batch 4/);
    expect(JSON.parse(String(log.mock.calls[0]?.[0]))).toMatchObject({
      config: { model: { imageSize: 16 } },
    });
    expect(await readdir(folder)).not.toContain("never");
  });

  it("estimates each stage of a plan by itself", async () => {
    const log = vi.spyOn(console, "log").mockImplementation(() => {});
    const out = join(folder, "never");
    expect((await runTool("train", "--config", file, "--out", out, "--dry-run")).code).toBe(0);
    const { estimate } = JSON.parse(String(log.mock.calls[0]?.[0]));
    const stages = estimate.stages as { stage: string; imagesPerSecond: number }[];
    expect(stages.map(({ stage }) => stage)).toEqual(["4", "8 fading", "8", "16 fading"]);
    const rates = stages.map(({ imagesPerSecond }) => imagesPerSecond);
    expect(estimate.imagesPerSecond).toBeLessThan(Math.max(...rates));
    expect(estimate.imagesPerSecond).toBeGreaterThan(Math.min(...rates));
  });

  it.each([
    ["a size that is not a power of two", ["model.imageSize=24"], /power of two from 4 to 1024/],
    [
      "a set that is too small",
      ["model.imageSize=64"],
      /less than twice the pictures' size \(28×28 in .*\), got 64\. Use 32/,
    ],
    ["accumulated batches", ["training.accumulate=2"], /accumulate must be 1/],
  ])("refuses %s", async (_, settings, message) => {
    const flags = settings.flatMap((setting) => ["--set", setting]);
    const { code, text } = await runTool("train", "--config", file, "--out", join(folder, "bad"), ...flags);
    expect([code, text]).toEqual([2, expect.stringMatching(message)]);
  });

  it("refuses a folder of pictures that are all too small, naming the first", async () => {
    const pictures = join(folder, "pictures");
    await mkdir(pictures);
    const create = { width: 8, height: 8, channels: 3, background: { r: 9, g: 9, b: 9 } } as const;
    await sharp({ create }).png().toFile(join(pictures, "small.png"));
    const cache = `data.cacheFolder=${join(folder, "cache")}`;
    const { code, text } = await runTool(
      "train",
      "--config",
      file,
      "--data",
      pictures,
      "--set",
      cache,
      "--out",
      join(folder, "bad"),
    );
    expect([code, text]).toEqual([1, expect.stringMatching(/small\.png must have at least 9 pixels/)]);
  });
});
