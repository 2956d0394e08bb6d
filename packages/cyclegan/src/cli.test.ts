import { mkdir, mkdtemp, readFile, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { captureCommandLine } from "@gan/test-kit/variant";
import sharp from "sharp";
import { afterAll, beforeAll, describe, expect, it, vi } from "vitest";
import { runCli } from "./cli.js";

const model = {
  imageSize: 32,
  generatorFeatures: 2,
  discriminatorFeatures: 2,
  discriminatorLayers: 1,
  residualBlocks: 1,
  poolSize: 3,
};
const training = { batchSize: 1, totalImages: 10, seed: 3, sampleEveryImages: 5, checkpointEveryImages: 4 };

let folder = "";
const at = (path: string) => join(folder, path);
const runTool = captureCommandLine(runCli);
const draw = async (path: string, shade: number, width = 32) => {
  await mkdir(join(at(path), ".."), { recursive: true });
  const patch = await sharp({ create: { width: 9, height: 9, channels: 3, background: "white" } })
    .png()
    .toBuffer();
  await sharp({ create: { width, height: 32, channels: 3, background: { r: shade, g: 20, b: 200 } } })
    .composite([{ input: patch, left: 3, top: 8 }])
    .toFile(at(path));
};
const train = (run: string, ...more: string[]) => {
  const cache = `data.cacheFolder=${at("cache")}`;
  return runTool("train", "--config", at("tiny.json"), "--set", cache, "--out", at(run), ...more);
};

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), "gan-cyclegan-"));
  for (const index of [1, 2, 3, 4]) await draw(`data/trainA/${index}.png`, 60 * index);
  for (const index of [1, 2, 3]) await draw(`data/trainB/${index}.jpg`, 255 - 60 * index);
  for (const index of [1, 2]) {
    await draw(`data/testA/${index}.png`, 70 * index);
    await draw(`data/testB/${index}.png`, 40 * index);
  }
  await writeFile(at("tiny.json"), JSON.stringify({ model, data: { folder: at("data") }, training }));
});
afterAll(() => rm(folder, { recursive: true }));

describe("gan-cyclegan", () => {
  it("trains on trainA and trainB and shows the held-out ones going round", async () => {
    const { code, text } = await train("whole");
    expect(text).toMatch(/10 images/);
    expect(code).toBe(0);
    // Two held-out pictures of each domain: six columns, two rows.
    const { width, height } = await sharp(at("whole/samples.png")).metadata();
    expect([width, height]).toEqual([6 * 34 + 2, 2 * 34 + 2]);
  });

  it("ends the same after an interrupt, the discriminators' pools included", async () => {
    vi.spyOn(process.stderr, "write").mockImplementationOnce(() => process.emit("SIGINT"));
    expect((await train("parts")).code).toBe(130);
    expect((await train("parts")).code).toBe(0);
    for (const name of ["weights", "optimizer", "holders"]) {
      const path = join("checkpoints", "000000000010", `${name}.safetensors`);
      const [parts, whole] = [
        await readFile(at(join("parts", path))),
        await readFile(at(join("whole", path))),
      ];
      expect(parts.equals(whole)).toBe(true);
      expect(whole.length).toBeGreaterThan(1000);
    }
  });

  it("translates either way", async () => {
    await draw("photo.png", 99, 45);
    const translate = async (...flags: string[]) => {
      const out = at(`translated${flags.join("")}.png`);
      const result = await runTool(
        "translate",
        at("photo.png"),
        "--from",
        at("whole"),
        "--out",
        out,
        ...flags,
      );
      expect(result.code).toBe(0);
      expect(await sharp(out).metadata()).toMatchObject({ width: 45, height: 32 });
      return readFile(out);
    };
    const there = await translate("--direction", "a2b");
    expect(await translate()).toEqual(there);
    expect(await translate("--direction", "b2a")).not.toEqual(there);
    const wrong = await runTool(
      "translate",
      at("photo.png"),
      "--from",
      at("whole"),
      "--out",
      at("x.png"),
      "--direction",
      "ab",
    );
    expect(wrong).toMatchObject({ code: 2, text: expect.stringMatching(/a2b and b2a, got --direction ab/) });
  });

  it("says that a domain is empty, absent or too small", async () => {
    await draw("one/trainA/1.png", 9);
    const run = (data: string) => train("refused", "--data", at(data));
    expect(await run("one")).toMatchObject({
      code: 1,
      text: expect.stringMatching(/must hold trainB beside trainA/),
    });
    await mkdir(at("one/trainB"));
    expect(await run("one")).toMatchObject({
      code: 1,
      text: expect.stringMatching(/trainB must hold pictures/),
    });
    await draw("one/trainB/1.png", 9);
    expect(await train("refused", "--data", at("one"), "--set", "training.batchSize=2")).toMatchObject({
      code: 1,
      text: expect.stringMatching(/1 pictures, fewer than one batch of 2/),
    });
  });
});
