import { mkdtemp, readdir, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, expect, it } from "vitest";
import { createImageStore } from "../../data/index.js";
import { collectFeatures, computeStatistics, createPictureSource, measure } from "../../metrics/index.js";
import { Random } from "../../random/index.js";
import { imageFolder } from "../image-folder.js";
import { writePicture } from "../write-picture.js";
import { collectCached } from "./cached-features.js";
import { createToyExtractor } from "./toy-extractor.test-helper.js";

const draw = (count: number, seed: number) => {
  const pixels = Uint8Array.from(new Random(seed).uniforms(count * 16), (value) => value * 256);
  return createImageStore({ name: `set ${seed}`, count, height: 4, width: 4, channels: 1, pixels });
};
const sourceOf = (set: ReturnType<typeof draw>, limit?: number) =>
  createPictureSource(set, { random: new Random(5), limit });

let folder = "";
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), "gan-features-"));
});
afterAll(() => rm(folder, { recursive: true }));
const options = () => ({ random: new Random(1), cache: join(folder, "cache") });

it("extracts a set once for each network, and anew when a picture changed or the file is damaged", async () => {
  const extractor = createToyExtractor();
  const first = await collectCached(sourceOf(draw(10, 1)), extractor, options());
  expect(extractor.extracted).toBe(10);
  expect(await collectCached(sourceOf(draw(10, 1)), extractor, options())).toEqual(first);
  expect(extractor.extracted).toBe(10);
  await collectCached(sourceOf(draw(10, 2)), extractor, options());
  await collectCached(sourceOf(draw(10, 1), 8), extractor, options());
  const other = createToyExtractor("other");
  await collectCached(sourceOf(draw(10, 1)), other, options());
  expect([extractor.extracted, other.extracted]).toEqual([28, 10]);
  const files = await readdir(join(folder, "cache"));
  expect(files).toHaveLength(4);
  for (const file of files) await writeFile(join(folder, "cache", file), "torn");
  const warnings: string[] = [];
  const again = await collectCached(sourceOf(draw(10, 1)), extractor, {
    ...options(),
    onWarning: (warning) => warnings.push(warning),
  });
  expect(again).toEqual(first);
  expect(warnings).toEqual([expect.stringMatching(/extracted again/)]);
});

it("takes statistics of all, features of a part, in batches of any size", async () => {
  const set = draw(20, 3);
  const whole = await collectFeatures(sourceOf(set), createToyExtractor(), { random: new Random(1) });
  const part = await collectFeatures(sourceOf(set), createToyExtractor(), { random: new Random(1), keep: 7 });
  expect(part.statistics).toEqual(whole.statistics);
  expect([part.features?.count, part.logits?.count, whole.features?.count]).toEqual([7, 7, 20]);
  const rows = (matrix = whole.features) =>
    Array.from({ length: matrix?.count ?? 0 }, (_, row) => matrix?.values.slice(2 * row, 2 * row + 2).join());
  expect(rows(whole.features)).toEqual(expect.arrayContaining(rows(part.features)));
  const again = computeStatistics(whole.features as NonNullable<typeof whole.features>);
  expect(again.covariance[1]).toBeCloseTo(whole.statistics.covariance[1] as number, 10);
});

it("leaves damaged pictures out by name, or refuses them", async () => {
  const pictures = join(folder, "pictures");
  for (const value of [10, 90, 200]) {
    const pixels = new Uint8Array(16).fill(value);
    await writePicture(join(pictures, `${value}.png`), { width: 4, height: 4, channels: 1, pixels });
  }
  await writeFile(join(pictures, "broken.png"), "no picture");
  const set = await imageFolder(pictures);
  const skipped: string[] = [];
  const random = new Random(0);
  const source = createPictureSource(set, { random, onSkip: (reason) => skipped.push(reason) });
  const collected = await collectCached(source, createToyExtractor(), options());
  expect(collected.count).toBe(3);
  expect(skipped).toEqual([expect.stringMatching(/broken\.png/)]);
  const strict = createPictureSource(set, { random, strict: true });
  await expect(collectFeatures(strict, createToyExtractor(), { random })).rejects.toThrow(/broken\.png/);
});

it("measures all metrics with their conditions and refuses other networks", async () => {
  const collect = (seed: number, name?: string) =>
    collectFeatures(sourceOf(draw(30, seed)), createToyExtractor(name), { random: new Random(1) });
  const [real, fake] = [await collect(1), await collect(2)];
  const report = measure(["fid", "kid", "is", "prdc"], real, fake, { seed: 4 });
  expect(report).toMatchObject({ nReal: 30, nFake: 30, seed: 4, extractor: { name: "toy", resize: "none" } });
  expect(Object.keys(report.values).sort().join()).toBe(
    "coverage,density,fid,is,isDeviation,kid,kidDeviation,precision,recall",
  );
  expect(report.warnings.join()).toMatch(/only 30 real .* take 10,000.*only 30 generated.*subsets of 30/s);
  expect(measure(["kid"], real, fake, { seed: 4 }).values.kid).toBe(report.values.kid);
  const other = await collect(2, "other");
  expect(() => measure(["fid"], real, other)).toThrow(/another extractor \(toy and other\)/);
  const { features: _, logits: __, ...statistics } = fake;
  expect(() => measure(["kid"], real, statistics)).toThrow(/kid needs the features of single pictures/);
  expect(() => measure(["is"], real, statistics)).toThrow(/needs a network that classifies/);
});
