import { mkdir, readFile, writeFile } from "node:fs/promises";
import { useCpuBackend } from "@gan/test-kit";
import sharp from "sharp";
import { afterEach, beforeAll, describe, expect, it } from "vitest";
import { domainDataSchema, pairDataSchema, pairedBatches } from "../data/index.js";
import { Random } from "../random/index.js";
import { openDomainSets, openPairSets } from "./open-two-sets.js";
import { createNoise, useFolder, writePlain } from "./pictures.test-helper.js";

const at = useFolder();
const opened: { close(): Promise<void> }[] = [];
beforeAll(useCpuBackend);
afterEach(async () => {
  for (const one of opened.splice(0)) await one.close();
});

const openPairs = async (folder: string, data: object = {}, options: object = {}) => {
  const section = pairDataSchema.parse({ folder, cacheFolder: at("cache"), ...data });
  const pairs = await openPairSets(section, {
    imageSize: 8,
    inputChannels: 3,
    targetChannels: 3,
    openNamed: async () => undefined,
    ...options,
  });
  if (pairs === undefined) throw new Error("nothing was opened");
  opened.push(pairs);
  return pairs;
};

const makeFolders = async (folder: string, pictures: Record<string, string>) => {
  for (const [path, colour] of Object.entries(pictures)) {
    await mkdir(at(`${folder}/${path}`.replace(/\/[^/]*$/, "")), { recursive: true });
    await writePlain(at(`${folder}/${path}`), colour);
  }
  return at(folder);
};

const first = async (set: { read(index: number): Promise<{ pixels: Uint8Array }> }, index = 0) => [
  ...(await set.read(index)).pixels.subarray(0, 3),
];

describe("two folders of pairs", () => {
  it("match by name, whatever the ending, and turn round by direction", async () => {
    const folder = await makeFolders("named", {
      "A/x.png": "#ff0000",
      "A/y.png": "#00ff00",
      "B/y.webp": "#0000ff",
      "B/x.png": "#ffffff",
    });
    const { sets } = await openPairs(folder);
    expect(sets.input.count).toBe(2);
    expect([await first(sets.input, 1), await first(sets.target, 1)]).toEqual([
      [0, 255, 0],
      [0, 0, 255],
    ]);
    const turned = await openPairs(folder, { direction: "b2a" });
    expect(await first(turned.sets.input)).toEqual([255, 255, 255]);
  });

  it("name the pictures that have no partner", async () => {
    const folder = await makeFolders("unequal", {
      "A/x.png": "red",
      "A/lost.png": "red",
      "B/x.png": "red",
      "B/late.png": "red",
    });
    await expect(openPairs(folder)).rejects.toThrow(
      /A \(2 pictures\) and .*B \(2\).*B lacks a partner of lost\.png; A lacks a partner of late\.png/,
    );
  });

  it("need both sides, with pictures in each", async () => {
    const folder = await makeFolders("half", { "A/x.png": "red" });
    await expect(openPairs(folder)).rejects.toThrow(/must hold B beside A, got only A/);
    await mkdir(at("half/B"));
    await expect(openPairs(folder)).rejects.toThrow(/half\/B must hold pictures .* got nothing/);
  });

  it("leave out a pair of which one picture is damaged, and say which", async () => {
    const folder = await makeFolders("damaged", { "A/x.png": "red", "A/y.png": "red", "B/x.png": "red" });
    await writeFile(at("damaged/B/y.png"), "no picture");
    const { sets, skipped } = await openPairs(folder);
    expect([skipped.count, skipped.examples]).toEqual([1, [expect.stringMatching(/B\/y\.png/)]]);
    const batches = pairedBatches(sets, { batchSize: 2, imageSize: 8, random: new Random(1) });
    for await (const { input, target } of batches.batches(0)) {
      expect([input.shape, target.shape]).toEqual([
        [2, 8, 8, 3],
        [2, 8, 8, 3],
      ]);
      break;
    }
    expect(skipped.count).toBe(1);
    await expect(openPairs(folder, { strict: true })).rejects.toThrow(/y\.png/);
  });

  it("hold out a part where there is one", async () => {
    const folder = await makeFolders("parts", { "trainA/x.png": "red", "trainB/x.png": "red" });
    await expect(openPairs(folder, {}, { part: "test" })).rejects.toThrow("nothing was opened");
    await makeFolders("parts", { "testA/z.png": "#0000ff", "testB/z.png": "red" });
    const { sets } = await openPairs(folder, {}, { part: "test" });
    expect(await first(sets.input)).toEqual([0, 0, 255]);
  });

  it("convert grey pictures among coloured ones to the channels of the network", async () => {
    const folder = await makeFolders("grey", {
      "A/x.png": "red",
      "A/y.png": "red",
      "B/x.png": "red",
      "B/y.png": "red",
    });
    await createNoise(8, 8, 1).png().toFile(at("grey/A/x.png"));
    const { sets } = await openPairs(folder);
    const [red, green] = await first(sets.input);
    expect(red).toBe(green);
    const mixed = openPairs(folder, { cache: false }, { inputChannels: "auto" }).then(({ sets }) =>
      sets.input.read(1),
    );
    await expect(mixed).rejects.toThrow(/must all be grey or all be in colour: .*y\.png is in colour/);
  });
});

describe("pairs side by side", () => {
  const join = async (path: string, width: number, height = 8) => {
    await mkdir(at(path.replace(/\/[^/]*$/, "")), { recursive: true });
    const left = await sharp({
      create: { width: Math.floor(width / 2), height, channels: 3, background: "red" },
    })
      .png()
      .toBuffer();
    await sharp({ create: { width, height, channels: 3, background: "blue" } })
      .composite([{ input: left, left: 0, top: 0 }])
      .png()
      .toFile(at(path));
  };

  it("are cut in the middle", async () => {
    await join("joined/train/1.png", 16);
    await join("joined/val/2.png", 16);
    const { sets } = await openPairs(at("joined"));
    expect([sets.input.count, await first(sets.input), await first(sets.target)]).toEqual([
      1,
      [255, 0, 0],
      [0, 0, 255],
    ]);
    const whole = await sets.input.read(0);
    expect(new Set(whole.pixels)).toEqual(new Set([255, 0]));
    expect([...whole.pixels.subarray(-3)]).toEqual([255, 0, 0]);
    expect((await openPairs(at("joined"), {}, { part: "test" })).sets.input.describe(0)).toMatch(
      /val\/2\.png/,
    );
  });

  it("are refused at an odd width, and photographs are not taken for pairs", async () => {
    await join("odd/1.png", 17);
    await expect(openPairs(at("odd"), { pairs: "side-by-side", strict: true })).rejects.toThrow(
      /1\.png.*odd width of 17/,
    );
    await writePlain(at("odd/1.png"), "red", 12, 8);
    await expect(openPairs(at("odd"))).rejects.toThrow(/12×8.*edges, grey or low-resolution/);
  });
});

describe("pairs made of photographs", () => {
  it("draw edges, take colours away, or lose detail, at the size of the network", async () => {
    await mkdir(at("photos"));
    const half = await sharp({ create: { width: 32, height: 64, channels: 3, background: "white" } })
      .png()
      .toBuffer();
    await sharp({ create: { width: 64, height: 64, channels: 3, background: "#c02040" } })
      .composite([{ input: half, left: 32, top: 0 }])
      .png()
      .toFile(at("photos/1.png"));
    const read = async (pairs: string, more: object = {}) => {
      const { sets } = await openPairs(at("photos"), { pairs, ...more }, { imageSize: 32 });
      expect(await first(sets.target)).toEqual([0xc0, 0x20, 0x40]);
      const { pixels } = await sets.input.read(0);
      return Array.from({ length: 32 }, (_, x) => [
        ...pixels.subarray((16 * 32 + x) * 3, (16 * 32 + x) * 3 + 3),
      ]);
    };
    const edges = await read("edges");
    expect(edges.filter(([value]) => value === 0)).toHaveLength(1);
    expect([edges[15]?.[0], edges[16]?.[0]]).toContain(0);
    const [dark, ...others] = await read("grey");
    expect(dark?.[0]).toBe(dark?.[1]);
    expect(others.at(-1)).toEqual([255, 255, 255]);
    const low = await read("low-resolution", { reduction: 8 });
    const shades = new Set(low.map(([, green]) => green));
    expect(shades.size).toBeGreaterThan(3); // a soft edge instead of a sharp one
    expect(low[0]?.[1]).toBeCloseTo(0x20, -1);
  });
});

describe("two domains", () => {
  const openDomains = async (folder: string) => {
    const section = domainDataSchema.parse({ folder, cacheFolder: at("cache") });
    const domains = await openDomainSets(section, {
      imageSize: 8,
      channels: 3,
      openNamed: async () => undefined,
    });
    if (domains === undefined) throw new Error("nothing was opened");
    opened.push(domains);
    return domains;
  };

  it("are read from trainA and trainB, in different numbers", async () => {
    const folder = await makeFolders("domains", {
      "trainA/1.png": "red",
      "trainA/2.png": "red",
      "trainB/9.png": "blue",
    });
    const { sets } = await openDomains(folder);
    expect([sets.a.count, sets.b.count, await first(sets.b)]).toEqual([2, 1, [0, 0, 255]]);
  });

  it("count damaged pictures of both", async () => {
    const folder = await makeFolders("broken", { "A/1.png": "red", "B/1.png": "red" });
    for (const path of ["A/2.png", "B/0.png"])
      await writeFile(
        at(`broken/${path}`),
        await readFile(at("broken/A/1.png")).then((bytes) => bytes.subarray(0, 40)),
      );
    const { skipped } = await openDomains(folder);
    expect(skipped.count).toBe(2);
    expect(skipped.examples.join()).toMatch(/A\/2\.png.*B\/0\.png/);
  });

  it("must both be there and not be empty", async () => {
    const folder = await makeFolders("lonely", { "trainA/1.png": "red" });
    await expect(openDomains(folder)).rejects.toThrow(/must hold trainB beside trainA/);
    await mkdir(at("lonely/trainB"));
    await expect(openDomains(folder)).rejects.toThrow(/trainB must hold pictures .* got nothing/);
    await mkdir(at("nothing"));
    await expect(openDomains(at("nothing"))).rejects.toThrow(/trainA and trainB, or A and B, got neither/);
  });
});
