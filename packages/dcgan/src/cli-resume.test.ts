import { mkdtemp, readdir, readFile, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { captureCommandLine } from "@gan/test-kit/variant";
import { afterAll, beforeAll, describe, expect, it, vi } from "vitest";
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

describe("gan-dcgan train in a folder that holds a run", () => {
  it("stops at an interrupt, saves, and the same command ends as if it had not", async () => {
    const [whole, parts] = [join(folder, "whole"), join(folder, "parts")];
    const train = (run: string) => runTool("train", "--config", file, "--out", run);
    await train(whole);
    vi.mocked(process.stderr.write).mockImplementationOnce((_text) => {
      process.emit("SIGINT");
      return true;
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

  it("makes a run longer, to the same weights as at once, and goes on with one of an older version", async () => {
    const [whole, parts] = [join(folder, "long"), join(folder, "longer")];
    const train = (run: string, ...sets: string[]) =>
      runTool("train", "--config", file, "--out", run, ...sets.flatMap((set) => ["--set", set]));
    await train(whole, "training.totalImages=64");
    await train(parts);
    const config = JSON.parse(await readFile(join(parts, "config.json"), "utf8"));
    delete config.model.beta1; // as if the field were new
    await writeFile(join(parts, "config.json"), JSON.stringify(config));
    expect(await train(parts, "training.totalImages=64")).toMatchObject({ code: 0 });
    const samples = await Promise.all([whole, parts].map((run) => readFile(join(run, "samples.png"))));
    expect(samples[0]).toEqual(samples[1]);
    expect(JSON.parse(await readFile(join(parts, "config.json"), "utf8"))).toMatchObject({
      model: { beta1: 0.5 },
      training: { totalImages: 64 },
    });
    const shorter = await train(parts, "training.totalImages=48");
    expect(shorter.text).toMatch(/another configuration .*: training\.totalImages: 64 there, 48 now/);
    const other = await train(parts, "training.totalImages=64", "model.generatorLearningRate=0.5");
    expect(other.text).toMatch(/another configuration .*: model\.generatorLearningRate: \S+ there, 0\.5 now/);
  });

  it("goes on with the backend that a run was trained on, and says when another one or machine takes over", async () => {
    const run = join(folder, "backends");
    const train = async (...more: string[]) => {
      return runTool("train", "--config", file, "--out", run, ...more);
    };
    expect((await train("--backend", "ort-cpu")).text).toMatch(/Training on ort-cpu \(.+\)/);
    const state = join(run, "checkpoints", "000000000040", "state.json");
    const { backend } = JSON.parse(await readFile(state, "utf8"));
    expect(backend).toMatchObject({ backend: "ort", device: "cpu", hardware: expect.any(String) });
    const log = await readFile(join(run, "events.jsonl"), "utf8");
    expect((await train()).text).not.toMatch(/to the bit/);
    expect(await readFile(join(run, "events.jsonl"), "utf8")).toBe(log);
    expect((await train("--backend", "tfjs-cpu")).text).toMatch(
      /was trained on ort-cpu \(.+\) and goes on on tfjs-cpu \(.+\): .*not be the same to the bit/,
    );
    expect(await train("--backend", "gpu")).toMatchObject({ code: 2 });
  });

  it("continues with accumulation exactly where it was interrupted", async () => {
    const settings = ["--set", "training.accumulate=2", "--set", "training.totalImages=64"];
    const [whole, parts] = [join(folder, "accumulated"), join(folder, "accumulated-parts")];
    const train = (run: string) => runTool("train", "--config", file, ...settings, "--out", run);
    expect((await train(whole)).code).toBe(0);
    vi.mocked(process.stderr.write).mockImplementationOnce((_text) => {
      process.emit("SIGINT");
      return true;
    });
    expect((await train(parts)).code).toBe(130);
    expect((await train(parts)).code).toBe(0);
    for (const name of ["weights", "averages", "optimizer"]) {
      const path = join("checkpoints", "000000000064", `${name}.safetensors`);
      expect(await readFile(join(parts, path))).toEqual(await readFile(join(whole, path)));
    }
  });
});
