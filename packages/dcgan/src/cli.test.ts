import { mkdtemp, readdir, readFile, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, beforeEach, describe, expect, it, vi } from "vitest";
import { runCli } from "./cli.js";

const config = {
  model: { imageSize: 32, channels: 1, latentSize: 8, generatorFeatures: 2, discriminatorFeatures: 2 },
  data: { name: "mnist-test" },
  training: { batchSize: 8, totalImages: 40, seed: 3, sampleEveryImages: 16, checkpointEveryImages: 16 },
};

let folder = "";
let file = "";
const printed: string[] = [];
const collect = (text: unknown) => {
  printed.push(String(text));
  return true;
};

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), "gan-dcgan-"));
  file = join(folder, "tiny.json");
  await writeFile(file, JSON.stringify(config));
});
afterAll(() => rm(folder, { recursive: true }));
beforeEach(() => {
  printed.length = 0;
  vi.spyOn(console, "log").mockImplementation(collect);
  vi.spyOn(console, "error").mockImplementation(collect);
  vi.spyOn(process.stderr, "write").mockImplementation(collect);
});

const runTool = async (...args: string[]) => ({ code: await runCli(args), text: printed.join("\n") });

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

  it("stops at an interrupt, saves, and the same command ends as if it had not", async () => {
    const [whole, parts] = [join(folder, "whole"), join(folder, "parts")];
    const train = (run: string) => runTool("train", "--config", file, "--out", run);
    await train(whole);
    vi.mocked(process.stderr.write).mockImplementationOnce((text) => {
      process.emit("SIGINT");
      return collect(text);
    });
    const { code, text } = await train(parts);
    expect(code).toBe(130);
    expect(text).toMatch(/Interrupted and saved.*same command goes on/);
    expect((await readdir(join(parts, "checkpoints"))).at(-1)).not.toBe("000000000040");
    expect((await train(parts)).code).toBe(0);
    for (const name of ["weights", "averages", "optimizer"]) {
      const path = join("checkpoints", "000000000040", `${name}.safetensors`);
      expect(await readFile(join(parts, path))).toEqual(await readFile(join(whole, path)));
    }
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
      );
      expect(code).toBe(0);
      expect(JSON.parse(text)).toMatchObject({ config: { training: { seed: 5 } } });
      printed.length = 0;
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
      "a colour model on grey data",
      ["train", "--config", "mnist-32", "--out", "x", "--set", "model.channels=3"],
      2,
      /must be 1 for MNIST/,
    ],
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
