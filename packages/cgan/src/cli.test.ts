import { mkdir, mkdtemp, readFile, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { captureCommandLine } from "@gan/test-kit/variant";
import sharp from "sharp";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { runCli } from "./cli.js";

const config = {
  model: { imageSize: 8, channels: 3, latentSize: 4, generatorFeatures: 2, discriminatorFeatures: 2 },
  training: { batchSize: 4, totalImages: 16, seed: 3, sampleEveryImages: 16, checkpointEveryImages: 16 },
};

let folder = "";
let pictures = "";
let file = "";
let run = "";
const runTool = captureCommandLine(runCli);
const train = (...more: string[]) =>
  runTool("train", "--config", file, "--data", pictures, "--out", run, ...more);

/** Plain pictures in a folder for each class. */
async function writeClasses(parent: string, classes: readonly string[]) {
  for (const [place, name] of classes.entries()) {
    await mkdir(join(parent, name), { recursive: true });
    for (let index = 0; index < 4; index++) {
      const background = { r: 60 * place, g: 40 * index, b: 90 };
      const create = { width: 12, height: 10, channels: 3, background } as const;
      await sharp({ create })
        .png()
        .toFile(join(parent, name, `${index}.png`));
    }
  }
}

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), "gan-cgan-"));
  [file, pictures, run] = [join(folder, "tiny.json"), join(folder, "pictures"), join(folder, "run")];
  const data = { folder: pictures, cacheFolder: join(folder, "cache") };
  await writeFile(file, JSON.stringify({ ...config, data }));
  await writeClasses(pictures, ["dog", "cat", "fish"]);
  const { code, text } = await train();
  expect(text).toMatch(/16 images/);
  expect(code).toBe(0);
});
afterAll(() => rm(folder, { recursive: true }));

describe("gan-cgan", () => {
  it("takes the subfolders as classes, keeps their names, and goes on with them", async () => {
    const { model } = JSON.parse(await readFile(join(run, "config.json"), "utf8"));
    expect(model.classNames).toEqual(["cat", "dog", "fish"]);
    expect((await train()).text).toMatch(/complete already/);
  });

  it("generates a class by name and by number", async () => {
    const generate = async (name: string, ...flags: string[]) => {
      const out = join(folder, name);
      const { code, text } = await runTool("generate", "--from", run, "--seed", "7", "--out", out, ...flags);
      expect(text).toMatch(/pictures after 16 training images/);
      expect(code).toBe(0);
      return readFile(out);
    };
    const dogs = await generate("a.png", "--count", "4", "--class", "dog");
    expect(await generate("b.png", "--count", "4", "--class", "1")).toEqual(dogs);
    expect(await generate("c.png", "--count", "4", "--class", "cat")).not.toEqual(dogs);
    const size = async (picture: Buffer) => {
      const { width, height } = await sharp(picture).metadata();
      return [width, height];
    };
    // Tiles of 8 pixels with margins of 2.
    expect(await size(await generate("d.png", "--count", "15", "--grid"))).toEqual([5 * 10 + 2, 3 * 10 + 2]);
    const between = await generate("e.png", "--count", "16", "--interpolate", "cat:fish");
    expect(await size(between)).toEqual([8 * 10 + 2, 2 * 10 + 2]);
  });

  it("judges a picture as one of a class", async () => {
    const picture = join(pictures, "cat", "0.png");
    const judge = (...flags: string[]) => runTool("discriminate", picture, "--from", run, "--json", ...flags);
    const [cat, fish] = [await judge("--class", "cat"), await judge("--class", "fish")];
    expect(cat.code).toBe(0);
    expect(JSON.parse(cat.text)[0].probability).toBeGreaterThan(0);
    expect(cat.text).not.toBe(fish.text);
    expect((await judge()).text).toMatch(/--class/);
  });

  it("prints the plan of a labelled folder, classes included, without training", async () => {
    const { code, text } = await runTool(
      ...["train", "--config", file, "--out", join(folder, "never"), "--dry-run"],
    );
    expect(code).toBe(0);
    expect(JSON.parse(text).config.model.classNames).toEqual(["cat", "dog", "fish"]);
  });

  it("has presets whose data tells the classes", async () => {
    const { text } = await runTool("configs");
    for (const preset of ["fashion-32", "mnist-32", "noto-categories-32"]) expect(text).toMatch(preset);
    const flags = ["--config", "mnist-32", "--out", join(folder, "never"), "--dry-run", "--no-measure"];
    const plan = await runTool("train", ...flags);
    expect(JSON.parse(plan.text).config.model.classNames).toEqual([..."0123456789"]);
    expect(JSON.parse(plan.text).parameters).toEqual({ generator: 405_600, discriminator: 60_512 });
  });

  it("refuses an unknown class, naming the known ones", async () => {
    const unknown = await runTool("generate", "--from", run, "--out", "x.png", "--class", "cow");
    expect(unknown.text).toMatch(/there is no class cow. The classes are: 0 cat, 1 dog, 2 fish/);
    expect(unknown.code).not.toBe(0);
    expect(unknown.text).not.toMatch(/\n\s+at /);
  });

  it("refuses data without labels, of one class, or of other classes than the configuration's", async () => {
    const refuse = async (message: RegExp, ...flags: string[]) => {
      const { code, text } = await runTool("train", "--config", file, "--out", join(folder, "no"), ...flags);
      expect(text).toMatch(message);
      expect(text).not.toMatch(/\n\s+at /);
      expect(code).not.toBe(0);
    };
    const flat = join(folder, "flat");
    await writeClasses(flat, ["."]);
    await refuse(/has no label: it is in no subfolder/, "--data", flat);
    const single = join(folder, "single");
    await writeClasses(single, ["only"]);
    await refuse(/at least two classes, got only/, "--data", single);
    await refuse(
      /must be the data's classes, 3 \(cat, dog, fish\), got 2/,
      "--set",
      'model.classNames=["a","b"]',
    );
    const labels = join(folder, "labels.csv");
    await writeFile(labels, "cat/0.png,cat\n");
    await refuse(/has no label for cat\/1\.png and 10 others/, "--set", `data.labels=${labels}`);
  });
});
