import { mkdtemp, readdir, readFile, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import {
  decodeSafetensors,
  decodeSafetensorsMetadata,
  encodeSafetensors,
  readPretrainedFacts,
} from "@gan/core";
import { captureCommandLine } from "@gan/test-kit/variant";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { runCli } from "./cli.js";
import { loadDcgan } from "./node/load-dcgan.js";

const config = {
  model: { imageSize: 16, channels: 1, latentSize: 8, generatorFeatures: 2, discriminatorFeatures: 2 },
  data: { name: "mnist-test" },
  training: { batchSize: 8, totalImages: 16, seed: 3, checkpointEveryImages: 16 },
};

let folder = "";
let run = "";
let weights = "";
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), "gan-dcgan-"));
  run = join(folder, "run");
  weights = join(folder, "tiny-16");
  const file = join(folder, "tiny.json");
  await writeFile(file, JSON.stringify(config));
  expect(await runTool("train", "--config", file, "--out", run)).toMatchObject({ code: 0 });
  const exported = await runTool("export", "--from", run, "--format", "pretrained", "--out", weights);
  expect(exported).toMatchObject({ code: 0 });
});
afterAll(() => rm(folder, { recursive: true }));

const runTool = captureCommandLine(runCli);

describe("pretrained weights", () => {
  it("say what they are, half as long as the run's", async () => {
    expect((await readdir(weights)).sort()).toEqual(["discriminator.safetensors", "generator.safetensors"]);
    const bytes = await readFile(join(weights, "generator.safetensors"));
    const facts = readPretrainedFacts(bytes, { source: weights, variant: "dcgan", part: "generator" });
    expect(facts).toMatchObject({ preset: "tiny-16", imagesSeen: 16, config });
    const checkpoint = (await readdir(join(run, "checkpoints"))).at(-1) as string;
    const whole = await readFile(join(run, "checkpoints", checkpoint, "averages.safetensors"));
    const values = (file: Uint8Array) =>
      [...decodeSafetensors(file, "").values()].flatMap((t) => [...t.values]);
    expect(values(bytes).length).toBe(values(whole).length);
    values(bytes).forEach((value, index) => {
      expect(value).toBeCloseTo(values(whole)[index] as number, 2);
    });
  });

  it("generate, judge and export as a run does, the same bits each time", async () => {
    const generate = async (...from: string[]) => {
      const out = join(folder, "digits.png");
      const made = await runTool("generate", ...from, "--count", "4", "--seed", "5", "--out", out);
      expect(made).toMatchObject({ code: 0 });
      return readFile(out);
    };
    const first = await generate("--pretrained", weights);
    expect((await generate("--pretrained", weights)).equals(first)).toBe(true);
    const picture = join(folder, "digits.png");
    const judged = await runTool("discriminate", picture, "--pretrained", weights, "--json");
    expect(JSON.parse(judged.text)[0].probability).toBeGreaterThan(0);
    const out = join(folder, "generator.onnx");
    expect(await runTool("export", "--pretrained", weights, "--out", out)).toMatchObject({ code: 0 });
  });

  it("must be named, once, and exist", async () => {
    const out = join(folder, "no.png");
    expect((await runTool("generate", "--out", out)).code).toBe(2);
    const both = ["--from", run, "--pretrained", weights];
    expect((await runTool("generate", ...both, "--out", out)).code).toBe(2);
    const unknown = await runTool("generate", "--pretrained", "no-such-32", "--out", out);
    expect(unknown.code).toBe(1);
    expect(unknown.text).toMatch(/no pretrained weights named no-such-32.*dcgan has/);
  });

  it("are refused in a folder of another name, or of a newer format", async () => {
    await expect(loadDcgan(weights)).resolves.toMatchObject({ name: "dcgan" });
    const file = join(weights, "generator.safetensors");
    const bytes = await readFile(file);
    const restate = (change: object) =>
      encodeSafetensors(
        decodeSafetensors(bytes, ""),
        { ...decodeSafetensorsMetadata(bytes, ""), ...change },
        "F16",
      );
    await writeFile(file, restate({ preset: "other-16" }));
    await expect(loadDcgan(weights)).rejects.toThrow(/preset other-16, not of tiny-16/);
    await writeFile(file, restate({ format: "9" }));
    await expect(loadDcgan(weights)).rejects.toThrow(/newer/);
    await writeFile(file, bytes);
  });

  it("start a fine-tuning, which leaves frozen layers alone and goes on by itself", async () => {
    const tuned = join(folder, "tuned");
    const line = ["train", "--from-pretrained", weights, "--data", "mnist", "--out", tuned, "--seed", "4"];
    const freeze = ["--freeze-discriminator-layers", "1"];
    const images = (count: number) => ["--set", `training.totalImages=${count}`];
    expect(await runTool(...line, ...freeze, ...images(8))).toMatchObject({ code: 0 });
    const given = decodeSafetensors(await readFile(join(weights, "discriminator.safetensors")), "");
    const read = async (file: string) => {
      const last = (await readdir(join(tuned, "checkpoints"))).at(-1) as string;
      return decodeSafetensors(await readFile(join(tuned, "checkpoints", last, file)), "");
    };
    const trained = await read("weights.safetensors");
    const name = "discriminator.fromImage.weight";
    expect(trained.get(name)).toEqual(given.get(name));
    // One step of Adam moves a weight by at most its learning rate.
    const second = "discriminator.blocks.0.conv.weight";
    const [before, after] = [given.get(second)?.values, trained.get(second)?.values];
    const distances = before?.map((value, index) => Math.abs(value - (after?.[index] as number))) ?? [];
    expect(Math.max(...distances)).toBeGreaterThan(0);
    expect(Math.max(...distances)).toBeLessThan(3e-4);
    const saved = JSON.parse(await readFile(join(tuned, "config.json"), "utf8"));
    expect(saved.data.name).toBe("mnist");
    expect(saved.training).toMatchObject({ fromPretrained: weights, freezeDiscriminatorLayers: 1, seed: 4 });
    const tooMany = await runTool(
      ...line.slice(0, 5),
      "--out",
      `${tuned}-2`,
      "--freeze-discriminator-layers",
      "9",
    );
    expect(tooMany.text).toMatch(/layers can be frozen, got 9/);
  });
});
