import { mkdtemp, readFile, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { captureCommandLine } from "@gan/test-kit/variant";
import sharp from "sharp";
import { afterAll, beforeAll, expect, it } from "vitest";
import { runCli } from "./cli.js";
import { loadProgan } from "./node/load-progan.js";

const config = {
  model: {
    imageSize: 16,
    channels: 1,
    latentSize: 4,
    featureBase: 16,
    featureMax: 4,
    stableImages: 8,
    fadeImages: 8,
    batchSizes: { 4: 4 },
  },
  data: { name: "mnist-test" },
  training: { totalImages: 40, seed: 3, checkpointEveryImages: 40 },
};
let folder = "";
let weights = "";
const runTool = captureCommandLine(runCli);
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), "gan-progan-"));
  weights = join(folder, "tiny-16");
  const [file, run] = [join(folder, "tiny.json"), join(folder, "run")];
  await writeFile(file, JSON.stringify(config));
  expect((await runTool("train", "--config", file, "--out", run)).code).toBe(0);
  const exported = await runTool("export", "--from", run, "--format", "pretrained", "--out", weights);
  expect(exported.code).toBe(0);
});
afterAll(() => rm(folder, { recursive: true }));

it("are as far grown as the model was", async () => {
  const out = join(folder, "one.png");
  expect((await runTool("generate", "--pretrained", weights, "--count", "1", "--out", out)).code).toBe(0);
  expect(await sharp(out).metadata()).toMatchObject({ width: 20, height: 20 }); // 16 and the margins
  expect((await loadProgan(weights)).state.growth.imagesSeen).toBe(40);
});

it("are fine-tuned at their full size from the first step on, with the layer next to the picture frozen", async () => {
  const tuned = join(folder, "tuned");
  const line = ["train", "--from-pretrained", weights, "--out", tuned, "--freeze-discriminator-layers", "1"];
  expect((await runTool(...line, "--set", "training.totalImages=8")).code).toBe(0);
  const { model } = JSON.parse(await readFile(join(tuned, "config.json"), "utf8"));
  expect([model.startSize, model.imageSize]).toEqual([16, 16]);
  const [before, after] = [await loadProgan(weights), await loadProgan(tuned)];
  const valuesOf = ({ networks }: typeof before, name: string) => [
    ...(networks.discriminator.namedVariables().get(name)?.dataSync() ?? []),
  ];
  const frozen = "fromImages.2.weight"; // of 16×16
  expect(valuesOf(after, frozen)).toEqual(valuesOf(before, frozen));
  expect(valuesOf(after, "blocks.2.first.weight")).not.toEqual(valuesOf(before, "blocks.2.first.weight"));
});
