import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { z } from "zod";
import { ConfigError } from "../errors/index.js";
import { Random } from "../random/index.js";
import { applySetting, loadConfig } from "./load-config.js";
import { createRunConfigParser } from "./run-config.js";

let folder = "";
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), "gan-presets-"));
  await writeFile(join(folder, "small.json"), '{ "model": { "size": 8 }, "data": { "name": "toy" } }');
  await writeFile(join(folder, "broken.json"), "{");
});
afterAll(() => rm(folder, { recursive: true }));

describe("loadConfig", () => {
  it("reads a preset by name or a file by path and applies settings in order", async () => {
    const settings = ["model.size=16", "training.totalImages=10", "data.name=mnist", "model.size=32"];
    const expected = { model: { size: 32 }, data: { name: "mnist" }, training: { totalImages: 10 } };
    expect(await loadConfig("toy", folder, "small", settings)).toEqual(expected);
    expect(await loadConfig("toy", folder, join(folder, "small.json"), settings)).toEqual(expected);
  });

  it("names the presets when there is no such one", async () => {
    await expect(loadConfig("toy", folder, "smal", [])).rejects.toThrow(/named smal\. Presets: .*small/);
    await expect(loadConfig("toy", folder, "broken", [])).rejects.toThrow(/broken\.json is not JSON/);
  });
});

describe("applySetting", () => {
  it("takes JSON or plain text and leaves the original alone", () => {
    const original = { a: { b: 1 } };
    expect(applySetting("toy", original, "a.c=[1,2]")).toEqual({ a: { b: 1, c: [1, 2] } });
    expect(applySetting("toy", original, "a=x=y")).toEqual({ a: "x=y" });
    expect(original).toEqual({ a: { b: 1 } });
  });

  it("refuses what is no key=value, and does not reach prototypes", () => {
    expect(() => applySetting("toy", {}, "seed")).toThrow(ConfigError);
    applySetting("toy", {}, "__proto__.polluted=1");
    expect(({} as Record<string, unknown>).polluted).toBeUndefined();
  });
});

describe("createRunConfigParser", () => {
  const parse = createRunConfigParser({ name: "toy", modelSchema: z.strictObject({ size: z.int() }) });
  const valid = { model: { size: 8 }, data: { name: "toy" }, training: { totalImages: 100 } };

  it("fills in defaults", () => {
    expect(parse(valid).training).toMatchObject({ totalImages: 100, batchSize: 64, seed: 0 });
  });

  it("takes a named set's own options, and refuses them beside a folder", () => {
    const options = { count: 100, label: "hair" };
    expect(parse({ ...valid, data: { name: "avatars", options } }).data.options).toEqual(options);
    expect(() => parse({ ...valid, data: { folder: "x", options } })).toThrow(
      /options are those of a named set/,
    );
    expect(() => parse({ ...valid, data: { name: "avatars", options: { cuont: 3 } } })).toThrow(/cuont/);
  });

  it("lists every problem with its place, unknown keys too", () => {
    const broken = { model: { size: 1.5, colour: 1 }, training: { totalImages: 0 }, extra: 1 };
    const attempt = () => parse(broken);
    expect(attempt).toThrow(ConfigError);
    for (const part of [
      /5 problems/,
      /model\.size/,
      /"colour"/,
      /data/,
      /training\.totalImages/,
      /"extra"/,
    ]) {
      expect(attempt).toThrow(part);
    }
  });
});

it("reads 300 cut and bit-flipped configurations, or says what is wrong with them", async () => {
  const parse = createRunConfigParser({
    name: "toy",
    modelSchema: z.strictObject({
      size: z.int().min(1),
      rate: z.number().positive(),
      kind: z.enum(["a", "b"]),
    }),
  });
  const text = JSON.stringify(
    {
      model: { size: 8, rate: 2e-4, kind: "a" },
      data: { name: "toy", fit: "cover", options: { split: "test", count: 12 }, flip: true },
      training: { totalImages: 1000, batchSize: 16, seed: 3 },
    },
    null,
    2,
  );
  const random = new Random(11);
  const path = join(folder, "mutated.json");
  let refused = 0;
  for (let round = 0; round < 300; round++) {
    const bytes = Buffer.from(text);
    const at = random.integer(bytes.length);
    const isCut = round % 3 === 0;
    if (!isCut) bytes[at] = (bytes[at] as number) ^ (1 << random.integer(8));
    await writeFile(path, isCut ? bytes.subarray(0, at) : bytes);
    try {
      const config = parse(await loadConfig("toy", folder, path, []));
      expect(isCut).toBe(false); // what is cut is never whole
      expect(Object.keys(config.model)).toEqual(["size", "rate", "kind"]);
    } catch (error) {
      expect(error).toBeInstanceOf(ConfigError);
      expect((error as Error).message).toMatch(/^\[gan\/toy\] /);
      refused++;
    }
  }
  expect(refused).toBeGreaterThan(200);
});
