import { mkdir, mkdtemp, readdir, readFile, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { decodeSafetensors } from "@gan/core";
import { encodePicture } from "@gan/core/node";
import { captureCommandLine } from "@gan/test-kit/variant";
import { afterAll, beforeAll, expect, it } from "vitest";
import { runCli } from "./cli.js";
import { loadStyleganLite } from "./node/load-stylegan-lite.js";
import { loadDirections } from "./node/pretrained-files.js";
import { computeStyleComponents } from "./tools/style-directions.js";

const model = {
  imageSize: 8,
  channels: 3,
  latentSize: 4,
  styleSize: 6,
  mappingLayers: 1,
  featureBase: 32,
  featureMax: 8,
};
let folder = "";
const place = (name: string) => join(folder, name);
const runTool = captureCommandLine(runCli);
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), "gan-stylegan-"));
  await mkdir(place("pictures"));
  for (let index = 0; index < 4; index++) {
    const pixels = Uint8Array.from({ length: 192 }, (_, at) => (at * (index + 7)) % 256);
    await writeFile(
      place(`pictures/${index}.png`),
      await encodePicture({ width: 8, height: 8, channels: 3, pixels }, "png"),
    );
  }
  const data = { folder: place("pictures"), cacheFolder: place("cache") };
  const training = { batchSize: 4, totalImages: 8, seed: 3 };
  await writeFile(place("tiny.json"), JSON.stringify({ model, data, training }));
  const run = place("run");
  expect((await runTool("train", "--config", place("tiny.json"), "--out", run)).code).toBe(0);
  expect((await runTool("train-encoder", "--from", run, "--images", "16", "--batch", "8")).code).toBe(0);
  const exported = await runTool("export", "--from", run, "--format", "pretrained", "--out", place("tiny-8"));
  expect(exported.code).toBe(0);
});
afterAll(() => rm(folder, { recursive: true }));

it("bring mean w, directions and encoder", async () => {
  expect((await readdir(place("tiny-8"))).sort()).toEqual([
    "directions.safetensors",
    "discriminator.safetensors",
    "encoder.safetensors",
    "generator.safetensors",
  ]);
  const generator = decodeSafetensors(await readFile(place("tiny-8/generator.safetensors")), "");
  const mean = generator.get("generator.mapping.meanStyle")?.values ?? [];
  expect([...mean].some((value) => value !== 0)).toBe(true);
});

it("have the directions that the loaded model has", async () => {
  const saved = await loadDirections(place("tiny-8"));
  expect([saved.pca.length, saved.sefa.length]).toEqual([6, 6]);
  const [first] = await computeStyleComponents(await loadStyleganLite(place("tiny-8")), { count: 1 });
  const [vector, other] = [first?.vector ?? [], saved.pca[0]?.vector ?? []];
  let product = 0;
  for (const [index, value] of vector.entries()) product += value * (other[index] as number);
  expect(Math.abs(product)).toBeCloseTo(1, 2); // either sign; weights were rounded
  expect(saved.pca[0]?.deviation).toBeCloseTo(first?.deviation as number, 2);
  await expect(loadDirections("no-such-8")).rejects.toThrow(/no pretrained weights/);
});

it("project with their encoder, and none is put among them", async () => {
  const from = ["--pretrained", place("tiny-8")];
  const flags = ["--extractor", "pixels", "--steps", "2", "--out", place("found.png")];
  const projected = await runTool("project", place("pictures/0.png"), ...from, ...flags);
  expect([projected.code, projected.text]).toEqual([0, expect.stringMatching(/by the encoder/)]);
  expect((await runTool("train-encoder", ...from, "--images", "8")).code).toBe(2);
});
