import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { captureCommandLine } from "@gan/test-kit/variant";
import { afterAll, beforeAll, expect, it } from "vitest";
import { runCli } from "./cli.js";

const runTool = captureCommandLine(runCli);

let folder = "";
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), "gan-vanilla-"));
});
afterAll(() => rm(folder, { recursive: true }));

it("trains into a folder, then generates from it", async () => {
  const [config, run] = [join(folder, "tiny.json"), join(folder, "run")];
  const model = { imageSize: 16, latentSize: 8, generatorUnits: [16], discriminatorFeatures: 2 };
  const training = { batchSize: 8, totalImages: 16, seed: 3 };
  await writeFile(config, JSON.stringify({ model, data: { name: "mnist-test" }, training }));
  const trained = await runTool("train", "--config", config, "--out", run);
  expect([trained.code, trained.text]).toEqual([0, expect.stringMatching(/16 images/)]);
  const picture = join(folder, "samples.png");
  const made = await runTool("generate", "--from", run, "--count", "4", "--out", picture);
  expect(made.code).toBe(0);
  const judged = await runTool("discriminate", picture, "--from", run, "--json");
  expect([judged.code, judged.text]).toEqual([0, expect.stringMatching(/0\.\d+/)]);
});

it.each(["mnist-28", "goodfellow-28"])("has the preset %s, complete", async (preset) => {
  const { code, text } = await runTool("configs", preset);
  expect(code).toBe(0);
  expect(JSON.parse(text)).toMatchObject({ model: { imageSize: 28 } });
});
