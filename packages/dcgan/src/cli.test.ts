import { mkdir, mkdtemp, readdir, readFile, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { basename, join } from "node:path";
import { decodeSafetensors } from "@gan/core";
import { captureCommandLine } from "@gan/test-kit/variant";
import sharp from "sharp";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { runCli } from "./cli.js";

const config = {
  model: { imageSize: 32, channels: 1, latentSize: 8, generatorFeatures: 2, discriminatorFeatures: 2 },
  data: { name: "mnist-test" },
  training: { batchSize: 8, totalImages: 40, seed: 3, sampleEveryImages: 16, checkpointEveryImages: 16 },
};

let folder = "";
let file = "";

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), "gan-dcgan-"));
  file = join(folder, "tiny.json");
  await writeFile(file, JSON.stringify(config));
});
afterAll(() => rm(folder, { recursive: true }));

const runTool = captureCommandLine(runCli);

describe("gan-dcgan", () => {
  it("trains into a folder, then generates from it, the same pictures for a seed", async () => {
    const run = join(folder, "run");
    const training = await runTool("train", "--config", file, "--out", run);
    expect(training.text).toMatch(/40 images/);
    expect(training.code).toBe(0);
    expect(await readdir(join(run, "checkpoints"))).toEqual(["000000000032", "000000000040"]);
    const generate = async (name: string, seed: string) => {
      const path = join(folder, name);
      const { code } = await runTool(
        "generate",
        "--from",
        run,
        "--count",
        "5",
        "--seed",
        seed,
        "--out",
        path,
      );
      expect(code).toBe(0);
      return readFile(path);
    };
    const first = await generate("a.png", "7");
    expect(await generate("b.png", "7")).toEqual(first);
    expect(await generate("c.png", "8")).not.toEqual(first);
  });

  it("makes files, strips and animations, one picture the same in each", async () => {
    const run = join(folder, "generated");
    await runTool("train", "--config", file, "--out", run);
    const generate = async (out: string, ...more: string[]) => {
      const { code, text } = await runTool(
        "generate",
        "--from",
        run,
        "--out",
        join(folder, out),
        "--json",
        ...more,
      );
      expect([code, text]).toEqual([0, expect.stringMatching(/^\{/m)]);
      return JSON.parse(text.slice(text.indexOf("{"))) as { files: string[]; pictures: number };
    };
    const pixelsOf = async (path: string, options = {}) => {
      const { data, info } = await sharp(path, options).raw().toBuffer({ resolveWithObject: true });
      return { data, width: info.width, height: info.height };
    };
    const many = await generate("many", "--count", "70", "--seed", "7");
    expect(many.files).toHaveLength(70); // more than are made at once
    expect(many.files[69]).toBe(join(folder, "many", "7-0069.png"));
    const single = await pixelsOf(many.files[0] as string);
    expect([single.width, single.height]).toEqual([32, 32]);
    const few = await generate("few", "--seeds", "6-8,2");
    expect(few.files.map((path) => basename(path))).toEqual(["6.png", "7.png", "8.png", "2.png"]);
    expect(await pixelsOf(few.files[1] as string)).toEqual(single);
    expect(await pixelsOf(few.files[0] as string)).not.toEqual(single);

    // A row for each of 2 legs, from one picture to the next in 4 steps, with margins of 2.
    await generate("strip.png", "--seed", "7", "--count", "3", "--interpolate", "4");
    const strip = await pixelsOf(join(folder, "strip.png"));
    expect([strip.width, strip.height]).toEqual([5 * 34 + 2, 2 * 34 + 2]);
    const corner = await sharp(join(folder, "strip.png"))
      .extract({ left: 2, top: 2, width: 32, height: 32 })
      .raw()
      .toBuffer();
    expect(corner.equals(single.data)).toBe(true);

    // Three pictures and back to the first, 4 frames each.
    await generate(
      "walk.webp",
      "--seed",
      "7",
      "--count",
      "3",
      "--interpolate",
      "4",
      "--frames-per-second",
      "10",
    );
    const walk = join(folder, "walk.webp");
    const { loop, width, delay = [] } = await sharp(walk).metadata();
    // Frames that look alike become one that stays longer.
    const millis = delay.reduce((sum, one) => sum + one, 0);
    expect({ loop, width, millis }).toEqual({ loop: 0, width: 32, millis: 1200 });
    expect(delay.length).toBeGreaterThan(2);
    const frame = await sharp(walk, { page: 0 }).removeAlpha().raw().toBuffer();
    expect(frame).toHaveLength(single.data.length);
    for (const [at, value] of frame.entries()) {
      expect(Math.abs(value - (single.data[at] as number))).toBeLessThan(3); // grey is kept as colour
    }

    await generate("typical", "--count", "8", "--seed", "7", "--truncation", "0.01");
    const typical = await Promise.all(
      [0, 5].map((index) => pixelsOf(join(folder, "typical", `7-000${index}.png`))),
    );
    const spread = (a: Buffer, b: Buffer) =>
      a.reduce((sum, value, at) => sum + Math.abs(value - (b[at] as number)), 0);
    const other = await pixelsOf(many.files[5] as string);
    expect(spread(typical[0]?.data as Buffer, typical[1]?.data as Buffer)).toBeLessThan(
      spread(single.data, other.data) / 5,
    );
  });

  it.each([
    [["--out", "a.bmp"], /--out must end in .png, .webp/],
    [["--out", "a", "--columns", "3"], /--columns is for a grid/],
    [["--out", "a.png", "--truncation", "2"], /--truncation must be above 0 and at most 1, got 2/],
    [["--out", "a.png", "--seeds", "4-2"], /ranges that go up, got 4-2/],
    [["--out", "a.png", "--seeds", "1-2", "--count", "3"], /leave out --count/],
    [["--out", "a.png", "--interpolate", "5", "--count", "1"], /at least two pictures/],
  ])("refuses generate %j", async (flags, message) => {
    const { code, text } = await runTool("generate", "--from", join(folder, "nowhere"), ...flags);
    expect([code, text]).toEqual([2, expect.stringMatching(message)]);
  });

  it("tells rate, time and memory of a plan from a few steps, and reaches a set's own options", async () => {
    const run = join(folder, "planned");
    const plan = (...more: string[]) =>
      runTool("train", "--config", file, "--out", run, "--dry-run", ...more);
    const { text } = await plan("--set", "data.options.split=test", "--set", "data.name=mnist");
    expect(JSON.parse(text.slice(text.indexOf("{")))).toMatchObject({
      config: { data: { options: { split: "test" } } },
      parameters: { generator: expect.any(Number) },
      estimate: {
        imagesPerSecond: expect.any(Number),
        duration: expect.stringMatching(/^\d+:\d\d/),
        memoryMegabytes: expect.any(Number),
        measuredSteps: 5,
      },
    });
    expect(await readdir(folder)).not.toContain("planned");
    const wrong = await plan("--set", "data.options.split=test"); // mnist-test says it already
    expect(wrong.code).toBe(0);
    const twice = await plan("--set", "data.options.split=train");
    expect([twice.code, twice.text]).toEqual([
      1,
      expect.stringMatching(/is the test split, got the split train/),
    ]);
  });

  it("judges pictures, shows what it sees in them, and exports weights that others read", async () => {
    const run = join(folder, "judged");
    await runTool("train", "--config", file, "--out", run);
    const picture = join(folder, "picture.png");
    await runTool("generate", "--from", run, "--count", "1", "--out", picture);
    const features = join(folder, "features.png");
    const judged = await runTool("discriminate", picture, picture, "--from", run, "--json");
    expect(judged.code).toBe(0);
    const results = JSON.parse(judged.text) as { picture: string; probability: number }[];
    expect(results.map((result) => result.picture)).toEqual([picture, picture]);
    expect(results[0]?.probability).toBeGreaterThan(0);
    expect(results[0]?.probability).toBeLessThan(1);
    expect(results[1]).toEqual(results[0]);
    expect((await runTool("discriminate", picture, "--from", run, "--features", features)).code).toBe(0);
    // Three levels of 16 tiles of 16 pixels with margins of 2.
    const { width, height } = await sharp(features).metadata();
    expect([width, height]).toEqual([16 * 18 + 2, 3 * 18 + 2]);
    const absent = await runTool("discriminate", join(folder, "absent.png"), "--from", run);
    expect([absent.code, absent.text]).toEqual([1, expect.stringMatching(/cannot read .*absent\.png/)]);

    const weights = join(folder, "weights.safetensors");
    expect((await runTool("export", "--from", run, "--out", weights)).code).toBe(0);
    const tensors = decodeSafetensors(await readFile(weights), weights);
    const checkpoint = join(run, "checkpoints", "000000000040", "averages.safetensors");
    expect(tensors).toEqual(decodeSafetensors(await readFile(checkpoint), checkpoint));

    const onnx = join(folder, "generator.onnx");
    const exported = await runTool("export", "--from", run, "--out", onnx, "--layout", "nchw");
    expect(exported).toEqual({
      code: 0,
      text: expect.stringMatching(
        /generator, NCHW: latents \[batch, 8\] → images \[batch, 1, 32, 32\]\nTried in ONNX Runtime: differs .* at most \d\.\de-\d+/,
      ),
    });
    const judge = await runTool(
      "export",
      "--from",
      run,
      "--out",
      onnx,
      "--network",
      "discriminator",
      "--json",
    );
    expect(JSON.parse(judge.text)).toMatchObject({
      inputs: [{ name: "images", shape: ["batch", 32, 32, 1] }],
    });
    const unnamed = await runTool("export", "--from", run, "--out", join(folder, "weights.bin"));
    expect([unnamed.code, unnamed.text]).toEqual([
      2,
      expect.stringMatching(/must end in .onnx or .safetensors/),
    ]);
  });

  it("trains on a folder of pictures and says which it left out", async () => {
    const pictures = join(folder, "pictures");
    await mkdir(pictures);
    for (let index = 0; index < 10; index++) {
      const create = {
        width: 40,
        height: 30,
        channels: 3,
        background: { r: 20 * index, g: 0, b: 90 },
      } as const;
      await sharp({ create })
        .png()
        .toFile(join(pictures, `${index}.png`));
    }
    await writeFile(join(pictures, "broken.png"), "no picture");
    const run = join(folder, "of-pictures");
    const cache = `data.cacheFolder=${join(folder, "cache")}`;
    const train = (...more: string[]) =>
      runTool("train", "--config", file, "--data", pictures, "--set", cache, "--out", run, ...more);
    const strict = await train("--strict");
    expect(strict.code).toBe(1);
    expect(strict.text).toMatch(/broken\.png/);
    await rm(run, { recursive: true, force: true });
    const { code, text } = await train();
    expect(text).toMatch(/broken\.png/);
    expect(code).toBe(0);
    const { data } = JSON.parse(await readFile(join(run, "config.json"), "utf8"));
    expect(data).toMatchObject({ folder: pictures });
    expect((await train("--data", join(folder, "nowhere/"))).text).toMatch(/there is no such folder/);
  });

  it("leaves the options of a preset's set to that set", async () => {
    const plan = async (...more: string[]) => {
      const out = join(folder, "planned");
      const flags = ["--out", out, "--dry-run", "--no-measure", "--json"];
      const { text } = await runTool("train", "--config", "avatars-64", ...more, ...flags);
      return (JSON.parse(text.slice(text.indexOf("{"))) as { config: { data: object } }).config.data;
    };
    expect(await plan("--data", "avatars")).toMatchObject({ name: "avatars", options: { count: 20_000 } });
    expect(await plan("--data", folder)).not.toHaveProperty("options");
    expect(await plan("--data", "noto")).not.toHaveProperty("options");
  });

  it("tells events as JSON lines", async () => {
    const { code, text } = await runTool("train", "--config", file, "--out", join(folder, "json"), "--json");
    expect(code).toBe(0);
    const events = text
      .split("\n")
      .filter((line) => line.startsWith("{"))
      .map((line) => JSON.parse(line) as { type: string });
    expect(events.filter(({ type }) => type === "step")).toHaveLength(5);
    expect(events.at(-1)).toMatchObject({ type: "end", reason: "complete" });
  });

  it("lists its presets, and prints one whole", async () => {
    const list = await runTool("configs");
    expect(list.text).toMatch(/^avatars-64 .*\n(?:.*\n)*mnist-32 +mnist, 192,000 images, batches of 32/m);
    expect(list.text).toMatch(
      /^mnist-32 .*; weights 0\.\d MB, FID 0\.\d+ \(mnist-classifier\), after 960,000 images$/m,
    );
    const one = await runTool("configs", "mnist-32");
    expect(JSON.parse(one.text)).toMatchObject({ model: { beta1: 0.5 }, training: { accumulate: 1 } });
  });

  it("prints the plan of every preset without training", async () => {
    const presets = await readdir(new URL("../configs", import.meta.url));
    expect(presets.length).toBeGreaterThan(0);
    for (const preset of presets.map((name) => name.replace(".json", ""))) {
      const out = join(folder, "never");
      const { code, text } = await runTool(
        "train",
        "--config",
        preset,
        "--out",
        out,
        "--seed",
        "5",
        "--dry-run",
        "--no-measure",
      );
      expect(code).toBe(0);
      const plan = JSON.parse(text);
      expect(plan).toMatchObject({ config: { training: { seed: 5 } }, backend: { backend: "ort" } });
      expect(plan).not.toHaveProperty("estimate");
    }
    expect(await readdir(folder)).not.toContain("never");
  });

  it.each([
    [
      "an unknown key",
      ["train", "--config", "mnist-32", "--out", "x", "--set", "model.featurs=8"],
      2,
      /featurs/,
    ],
    ["an unknown preset", ["train", "--config", "mnist-33", "--out", "x"], 2, /Presets: .*mnist-32/],
    ["an unknown flag", ["train", "--config", "mnist-32", "--out", "x", "--speed", "9"], 2, /--speed/],
    [
      "an unknown data set",
      ["train", "--config", "mnist-32", "--out", "x", "--set", "data.name=cats"],
      1,
      /no data set named cats/,
    ],
    [
      "a folder without checkpoints",
      ["generate", "--from", "nowhere", "--out", "x.png"],
      1,
      /nowhere holds no checkpoint/,
    ],
    [
      "a broken count",
      ["generate", "--from", "x", "--out", "x.png", "--count", "1.5"],
      2,
      /--count must be a whole number/,
    ],
  ])("refuses %s with a sentence", async (_, args, code, message) => {
    const result = await runTool(...args);
    expect(result.text).toMatch(message);
    expect(result.code).toBe(code);
    expect(result.text).not.toMatch(/\n\s+at /);
  });
});
