import { appendFile, mkdir, readdir, readFile, rm, truncate, writeFile } from "node:fs/promises";
import { beforeEach, describe, expect, it } from "vitest";
import { createImageStore, type ImageSet, type UniformImageSet } from "../data/index.js";
import { ConfigError, DataError } from "../errors/index.js";
import { imageFolder } from "./image-folder.js";
import { openPack } from "./open-pack.js";
import { createNoise, useFolder, writePlain } from "./pictures.test-helper.js";
import { type PrepareImagesOptions, prepareImages } from "./prepare-images.js";
import { writePack } from "./write-pack.js";

const at = useFolder();
const warnings: string[] = [];

beforeEach(async () => {
  warnings.length = 0;
  for (const folder of ["set", "cache"]) {
    await rm(at(folder), { recursive: true, force: true });
    await mkdir(at(`${folder}/x`), { recursive: true });
  }
  for (let index = 0; index < 6; index++) {
    await createNoise(12 + index, 10, 3, index)
      .png()
      .toFile(at(`set/x/${index}.png`));
  }
  await rm(at("cache/x"), { recursive: true });
});

const prepare = async (more: Partial<PrepareImagesOptions> = {}, labels = "folders") =>
  prepareImages(await imageFolder(at("set"), { labels }), {
    height: 8,
    width: 8,
    channels: 3,
    cache: { folder: at("cache") },
    onWarning: (message) => warnings.push(message),
    ...more,
  });

/** Every picture's bytes, or what was said of it; then closes the set. */
async function readAll(set: UniformImageSet): Promise<(Uint8Array | string)[]> {
  const all: (Uint8Array | string)[] = [];
  for (let index = 0; index < set.count; index++) {
    const picture = await set.read(index).catch((error: Error) => error.message);
    all.push(typeof picture === "string" ? picture : Buffer.from(picture.pixels));
  }
  await set.close();
  return all;
}

const packFile = async () => {
  const [name, ...others] = await readdir(at("cache"));
  expect(others).toEqual([]);
  return at(`cache/${name}`);
};

describe("the cache", () => {
  it("holds the same pictures and labels as decoding them each time, also when opened again", async () => {
    const direct = await readAll(await prepare({ cache: false }));
    expect(await readdir(at("cache"))).toEqual([]);
    const progress: number[] = [];
    expect(await readAll(await prepare({ onProgress: (done) => progress.push(done) }))).toEqual(direct);
    expect(progress).toEqual([1, 2, 3, 4, 5, 6]);
    await packFile();
    const again = await prepare({ onProgress: () => expect.fail("is made again") });
    expect([again.classNames, again.label?.(3), again.channels]).toEqual([["x"], 0, 3]);
    expect(again.describe(0)).toBe(at("set/x/0.png"));
    expect(await readAll(again)).toEqual(direct);
    expect(warnings).toEqual([]);
  });

  it("is made again when a file changed, and replaces the old one", async () => {
    const before = await readAll(await prepare());
    await createNoise(12, 10, 3, 99).png().toFile(at("set/x/2.png"));
    const after = await readAll(await prepare());
    expect(
      after.map((picture, index) => Buffer.compare(picture as Buffer, before[index] as Buffer) !== 0),
    ).toEqual([false, false, true, false, false, false]);
    await packFile();
  });

  it("is one file for each size", async () => {
    await readAll(await prepare());
    const larger = await prepare({ height: 9 });
    expect((await larger.read(0)).height).toBe(9);
    await larger.close();
    expect((await readdir(at("cache"))).length).toBe(2);
  });

  it.each([
    ["cut off", (path: string) => truncate(path, 300)],
    ["empty", (path: string) => truncate(path, 0)],
    ["longer", (path: string) => appendFile(path, "x")],
    ["of another format", (path: string) => writeFile(path, "x".repeat(4000))],
  ])("is made again, with a warning, when it is %s", async (_, damage) => {
    const whole = await readAll(await prepare());
    await damage(await packFile());
    expect(await readAll(await prepare())).toEqual(whole);
    expect(warnings.join()).toMatch(/no complete pack|cannot open the pack/);
    warnings.length = 0;
    expect(await readAll(await prepare())).toEqual(whole);
    expect(warnings).toEqual([]);
  });

  it("decodes a picture anew whose copy was damaged, and is made again next time", async () => {
    const whole = await readAll(await prepare());
    const path = await packFile();
    const bytes = await readFile(path);
    const spot = 48 + 2 * 192 + 77;
    bytes[spot] = (bytes[spot] as number) ^ 4;
    await writeFile(path, bytes);
    expect(await readAll(await prepare())).toEqual(whole);
    expect(warnings).toEqual([expect.stringMatching(/damaged within .*decoded anew where needed/)]);
    expect(await readdir(at("cache"))).toEqual([]);
    await readAll(await prepare());
    expect((await readFile(path)).equals(bytes)).toBe(false);
  });

  it("does without when it would be too large or cannot be written, and says so", async () => {
    const direct = await readAll(await prepare({ cache: false }));
    const limited = { cache: { folder: at("cache"), limitBytes: 6 * 192 - 1 } };
    expect(await readAll(await prepare(limited))).toEqual(direct);
    await writeFile(at("cache/file"), "");
    expect(await readAll(await prepare({ cache: { folder: at("cache/file") } }))).toEqual(direct);
    expect(await readAll(await prepare({ cache: { folder: at("cache/file/within") } }))).toEqual(direct);
    expect(warnings[0]).toMatch(/would take 0.0 MB decoded, over the cache's limit/);
    expect(warnings.slice(1)).toEqual(
      new Array(2).fill(expect.stringMatching(/cannot write .*decoded in every epoch/)),
    );
  });

  it("removes what a process that ended left behind", async () => {
    await readAll(await prepare());
    const path = await packFile();
    await rm(path);
    await writeFile(`${path}.partial-999999999`, "x");
    await readAll(await prepare());
    expect(await packFile()).toBe(path);
  });
});

describe("damaged pictures", () => {
  beforeEach(async () => {
    const bytes = await readFile(at("set/x/1.png"));
    await writeFile(at("set/x/1.png"), bytes.subarray(0, -30));
    await writeFile(at("set/x/4.png"), "");
  });

  it("are named and counted, with the cache and without", async () => {
    const direct = await prepare({ cache: false });
    const all = await readAll(direct);
    expect(all.map((picture) => typeof picture)).toEqual([
      "object",
      "string",
      "object",
      "object",
      "string",
      "object",
    ]);
    expect(direct.skipped.count).toBe(2);
    for (const attempt of ["made", "opened again"]) {
      const set = await prepare();
      expect(set.skipped.count, attempt).toBe(2);
      expect(set.skipped.examples.join("\n")).toMatch(/1\.png: its chunk .*\n.*4\.png: /s);
      expect(await readAll(set)).toEqual(all);
    }
    expect(warnings).toEqual([]);
  });

  it("are refused with strict, from a cache that has them also", async () => {
    await expect(prepare({ strict: true })).rejects.toThrow(/1\.png/);
    expect(await readdir(at("cache"))).toEqual([]);
    await readAll(await prepare());
    await expect(prepare({ strict: true })).rejects.toThrow(
      /2 pictures of .* cannot be read. The first: .*1\.png/,
    );
  });

  it("make a set of nothing else unusable", async () => {
    for (const index of [0, 1, 2, 3, 4, 5]) await writeFile(at(`set/x/${index}.png`), "no picture");
    for (const channels of [3, "auto"] as const) {
      await expect(prepare({ channels })).rejects.toThrow(/none of the 6 pictures .*The first: .*0\.png/);
    }
  });
});

describe("channels", () => {
  it("are found out, unless grey and colour are mixed", async () => {
    expect((await prepare({ channels: "auto" })).channels).toBe(3);
    await createNoise(8, 8, 1).png().toFile(at("set/x/3.png"));
    await expect(prepare({ channels: "auto" })).rejects.toThrow(
      /3\.png is grey, others are in colour. Set channels/,
    );
    const late = await prepare({ channels: "auto", cache: false });
    await expect(late.read(3)).rejects.toThrow(DataError);
    expect(late.skipped.count).toBe(0);
    expect((await readAll(await prepare({ channels: 1 }))).every((picture) => picture.length === 64)).toBe(
      true,
    );
  });
});

describe("sets that are not files", () => {
  const store = createImageStore({
    name: "toy",
    count: 2,
    height: 2,
    width: 2,
    channels: 1,
    pixels: Uint8Array.from([0, 0, 0, 0, 90, 90, 90, 90]),
    labels: [1, 0],
    labelNames: ["a", "b"],
  });

  it("are brought to size picture by picture", async () => {
    const set = await prepareImages(store, { height: 3, width: 3, channels: 3 });
    expect([...(await set.read(1)).pixels]).toEqual(new Array(27).fill(90));
    expect([set.label?.(0), set.describe(1)]).toEqual([1, "picture 1 of toy"]);
  });

  it("refuse sizes and backgrounds that are none", async () => {
    const shape = { height: 3, width: 3, channels: 3 } as const;
    await expect(prepareImages(store, { ...shape, height: 2.5 })).rejects.toThrow(ConfigError);
    await expect(prepareImages(store, { ...shape, background: "blurple" })).rejects.toThrow(ConfigError);
  });
});

describe("packs", () => {
  it("carry names, classes and pictures, and tell damage apart by picture", async () => {
    const set = await imageFolder(at("set"), { labels: "folders" });
    const shaped = set.reshaped?.({ height: 4, width: 4, channels: 1 }) as ImageSet;
    await writePack(at("own.pack"), shaped, { height: 4, width: 4, channels: 1 });
    const bytes = await readFile(at("own.pack"));
    bytes[48 + 5 * 16] = (bytes[48 + 5 * 16] as number) ^ 1;
    await writeFile(at("own.pack"), bytes);
    const pack = await openPack(at("own.pack"));
    expect([pack.count, pack.classNames, pack.label?.(5)]).toEqual([6, ["x"], 0]);
    expect((await pack.read(4)).pixels).toEqual((await shaped.read(4)).pixels);
    await expect(pack.read(5)).rejects.toThrow(/5\.png is damaged within .*own\.pack/);
    await expect(pack.read(6)).rejects.toThrow(/pictures 0 to 5, got 6/);
    await pack.close();
    await expect(pack.read(0)).rejects.toThrow(/own\.pack is closed/);
  });

  it("refuse pictures of other sizes and leave nothing behind", async () => {
    const set = await imageFolder(at("set"));
    const writing = writePack(at("cache/own.pack"), set, { height: 10, width: 12, channels: 3 });
    await expect(writing).rejects.toThrow(/all be 10×12×3, got 10×13×3 from .*1\.png/);
    expect(await readdir(at("cache"))).toEqual([]);
  });

  it("say why they cannot be written", async () => {
    await writeFile(at("cache/file"), "");
    const writing = writePack(at("cache/file/own.pack"), await imageFolder(at("set")), {
      height: 1,
      width: 1,
      channels: 3,
    });
    await expect(writing).rejects.toThrow(/cannot write .*own\.pack: (EEXIST|ENOTDIR).*Free disk space/);
  });

  it("are refused when a part is missing", async () => {
    const set = await prepare({ cache: false });
    await writePack(at("own.pack"), set, set);
    const bytes = await readFile(at("own.pack"));
    await writeFile(at("own.pack"), Buffer.concat([bytes.subarray(0, 100), bytes.subarray(150)]));
    await expect(openPack(at("own.pack"))).rejects.toThrow(
      `has ${bytes.length - 50} bytes instead of ${bytes.length}`,
    );
  });

  it("refuse a name that is no file", async () => {
    await expect(openPack(at("absent.pack"))).rejects.toThrow(/cannot open the pack .*ENOENT/);
    await writePlain(at("picture.pack"), "red", 40, 40);
    await expect(openPack(at("picture.pack"))).rejects.toThrow(/does not begin as a pack does/);
  });
});
