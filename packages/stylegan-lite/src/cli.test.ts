import { mkdir, mkdtemp, readdir, readFile, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { decodePicture, encodePicture } from "@gan/core/node";
import { afterAll, beforeAll, beforeEach, describe, expect, it, vi } from "vitest";
import { runCli } from "./cli.js";

const config = {
  model: {
    imageSize: 8,
    channels: 3,
    latentSize: 4,
    styleSize: 6,
    mappingLayers: 1,
    featureBase: 32,
    featureMax: 8,
  },
  training: { batchSize: 4, totalImages: 8, seed: 3, sampleEveryImages: 8, checkpointEveryImages: 8 },
};
let folder = "";
const place = (name: string) => join(folder, name);
const printed: string[] = [];
const collect = (text: unknown) => {
  printed.push(String(text));
  return true;
};
const run = async (...args: string[]) => {
  printed.length = 0;
  return { code: await runCli(args), text: printed.join("\n") };
};
const tool = (...args: string[]) => run(...args, "--from", place("run"));
const sizeOf = async (name: string) => {
  const { width, height } = await decodePicture(await readFile(place(name)), name);
  return [width, height];
};
const paint = async (name: string, width: number, height: number, channels: 3 | 4, alpha = 255) => {
  const pixels = new Uint8Array(width * height * channels).map((_, at) =>
    channels === 4 && at % 4 === 3 ? alpha : (at * 37) % 256,
  );
  await writeFile(place(name), await encodePicture({ width, height, channels, pixels }, "png"));
};

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), "gan-stylegan-"));
  await mkdir(place("pictures"));
  for (let index = 0; index < 4; index++) await paint(`pictures/${index}.png`, 8, 8, 3);
  const data = { folder: place("pictures"), cacheFolder: place("cache") };
  await writeFile(place("tiny.json"), JSON.stringify({ ...config, data }));
  vi.spyOn(console, "error").mockImplementation(collect);
  vi.spyOn(console, "log").mockImplementation(collect);
  vi.spyOn(process.stderr, "write").mockImplementation(collect);
  const { code, text } = await run("train", "--config", place("tiny.json"), "--out", place("run"));
  expect(text).toMatch(/8 images/);
  expect(code).toBe(0);
  await paint("eight.png", 8, 8, 3);
});
afterAll(() => rm(folder, { recursive: true }));
beforeEach(() => {
  vi.spyOn(console, "log").mockImplementation(collect);
  vi.spyOn(console, "error").mockImplementation(collect);
  vi.spyOn(process.stderr, "write").mockImplementation(collect);
});

describe("generate", () => {
  it("makes each seed's picture, truncated where that is asked for", async () => {
    const generate = async (name: string, ...flags: string[]) => {
      expect((await tool("generate", "--out", place(name), ...flags)).code).toBe(0);
      return readFile(place(name));
    };
    await generate("sixty-four.png", "--seeds", "1-64");
    expect(await sizeOf("sixty-four.png")).toEqual([8 * 10 + 2, 8 * 10 + 2]);
    const five = await generate("five.png", "--seeds", "5");
    expect((await tool("generate", "--seeds", "4-6", "--out", place("each"))).code).toBe(0);
    const alone = await decodePicture(await readFile(place("each/5.png")), "5");
    const inGrid = await decodePicture(five, "five");
    const cut = inGrid.pixels.filter((_, at) => {
      const [x, y] = [Math.floor(at / 3) % 12, Math.floor(at / 36)];
      return x >= 2 && x < 10 && y >= 2 && y < 10;
    });
    expect(cut).toEqual(alone.pixels);
    expect(await generate("truncated.png", "--seeds", "5", "--truncation", "0.5")).not.toEqual(five);
  });
});

describe("mix", () => {
  it("writes a table with the sources along its edges", async () => {
    const flags = ["mix", "--rows", "1-2", "--cols", "3,4,9", "--out", place("mix.png"), "--scale", "2"];
    const { code, text } = await tool(...flags);
    expect(text).toMatch(/2 × 3 pictures, layers 0, 1 of the columns/);
    expect(code).toBe(0);
    // 18 pixels a cell; heads with 4 more; labels of 5 × 7 with 6 more.
    expect(await sizeOf("mix.png")).toEqual([2 + 5 + 6 + 22 + 3 * 18, 2 + 7 + 6 + 22 + 2 * 18]);
  });

  it.each([
    [["--rows", "1-", "--cols", "1"], /--rows must be a whole number/],
    [["--rows", "1", "--cols", "5-2"], /--cols needs ranges that go up, got 5-2/],
    [["--rows", "1", "--cols", "2", "--levels", "rough"], /--levels must be coarse, middle, fine, all/],
    [["--rows", "1", "--cols", "2", "--levels", "0-9"], /layers 0 to 3, got 0-9/],
    [
      ["--rows", "1", "--cols", "2", "--truncation", "2"],
      /--truncation must be above 0 and at most 1, got 2/,
    ],
    [["--rows", "1", "--cols", "2", "--class", "1"], /knows no classes/],
    [["--rows", "1", "--cols", "2", "--out", "mix.gif"], /--out must end in \.png/],
  ])("refuses %j", async (flags, message) => {
    const { code, text } = await tool("mix", "--out", place("bad.png"), ...flags);
    expect(text).toMatch(message);
    expect(code).toBe(2);
  });
});

describe("interpolate", () => {
  it("writes an animation, frames and a strip, in w and in z", async () => {
    const go = (...flags: string[]) => tool("interpolate", "--seeds", "1-3", "--steps", "4", ...flags);
    expect((await go("--out", place("walk.webp"))).text).toMatch(/12 pictures in w/);
    expect((await go("--space", "z", "--out", place("frames"))).text).toMatch(/9 pictures in z/);
    expect((await readdir(place("frames"))).length).toBe(9);
    expect((await go("--out", place("strip.png"))).code).toBe(0);
    expect(await sizeOf("strip.png")).toEqual([5 * 10 + 2, 2 * 10 + 2]);
  });

  it("refuses a single stop, and saved styles in z", async () => {
    const one = await tool("interpolate", "--seeds", "1", "--out", place("bad.webp"));
    expect([one.code, one.text]).toEqual([2, expect.stringMatching(/at least two stops, got 1/)]);
    const none = await tool("interpolate", "--out", place("bad.webp"));
    expect([none.code, none.text]).toEqual([
      2,
      expect.stringMatching(/--seeds must name seeds such as 1-4,20/),
    ]);
    const z = await tool(
      "interpolate",
      "--seeds",
      "1",
      "--latent",
      "a.safetensors",
      "--space",
      "z",
      "--out",
      place("b"),
    );
    expect([z.code, z.text]).toEqual([2, expect.stringMatching(/--space z has no place for a\.safetensors/)]);
  });
});

describe("edit", () => {
  it.each(["pca", "sefa"])("writes labelled strips by %s", async (method) => {
    const out = place(`${method}.png`);
    const flags = ["--seeds", "1-2", "--components", "2", "--range", "-2:2", "--steps", "5", "--scale", "1"];
    const { code, text } = await tool(
      "edit",
      "--method",
      method,
      ...flags,
      "--out",
      out,
      "--levels",
      "coarse",
    );
    expect(text).toMatch(/(PCA|SeFa) 2: .* % of/);
    expect(text).toMatch(/4 strips, layers 0, 1:/);
    expect(code).toBe(0);
    const label = (method === "pca" ? "PCA 1: 1" : "SeFa 1: 1").length * 6 - 1;
    expect(await sizeOf(`${method}.png`)).toEqual([2 + label + 6 + 5 * 10, 2 + 7 + 6 + 4 * 10]);
  });

  it.each([
    [["--range", "3:-3"], /--range needs two numbers that go up/],
    [["--range", "3"], /--range needs two numbers/],
    [["--components", "7"], /from 1 to 6, the size of w, got 7/],
    [["--components", "0"], /--components must be a whole number of at least 1/],
  ])("refuses %j", async (flags, message) => {
    const { code, text } = await tool("edit", "--seeds", "1", "--out", place("bad.png"), ...flags);
    expect(text).toMatch(message);
    expect(code).toBe(2);
  });
});

describe("project", () => {
  const project = (picture: string, ...flags: string[]) =>
    tool("project", place(picture), "--steps", "3", "--extractor", "pixels", ...flags);

  it("begins at the mean, and by the encoder once there is one; what it saves is a picture again", async () => {
    const first = await project("eight.png", "--out", place("found.png"), "--json");
    expect(first.text).toMatch(/the run has no encoder, so the search begins at the mean/);
    expect(first.code).toBe(0);
    const report = JSON.parse(first.text.split("\n").at(-1) as string);
    expect(report).toMatchObject({
      compared: "pixels",
      startedBy: "mean",
      space: "w+",
      latent: place("found.safetensors"),
    });
    const refused = await project("eight.png", "--out", place("found.png"), "--start", "encoder");
    expect([refused.code, refused.text]).toEqual([2, expect.stringMatching(/has no encoder. Train one/)]);
    const trained = await tool("train-encoder", "--images", "64", "--batch", "8");
    expect([trained.code, trained.text]).toEqual([
      0,
      expect.stringMatching(/% of the styles' variance: .*encoder\.safetensors/),
    ]);
    const second = await project(
      "eight.png",
      "--out",
      place("second.png"),
      "--latent",
      place("second.safetensors"),
    );
    expect(second.text).toMatch(/by the encoder/);
    // The picture, the encoder's, w and w+.
    expect(await sizeOf("second.png")).toEqual([2 + 4 * 66, 2 + 7 + 6 + 66]);

    const latent = ["--latent", place("found.safetensors"), place("second.safetensors")];
    expect((await tool("generate", ...latent, "--out", place("again"))).code).toBe(0);
    expect(await readdir(place("again"))).toEqual(["found.png", "second.png"]);
    const again = await decodePicture(await readFile(place("again/found.png")), "again");
    const table = await decodePicture(await readFile(place("found.png")), "found");
    const left = 2 + 3 * 66; // the fourth of the table, 8 pixels for each of the picture's
    const ofTable = Array.from({ length: 64 }, (_, at) => {
      const [x, y] = [left + 8 * (at % 8), 15 + 8 * Math.floor(at / 8)];
      return [...table.pixels.subarray((y * table.width + x) * 3, (y * table.width + x) * 3 + 3)];
    });
    expect(ofTable.flat()).toEqual([...again.pixels]);

    const mixed = await tool(
      "mix",
      "--rows",
      place("found.safetensors"),
      "--cols",
      "1-2",
      "--out",
      place("m.png"),
    );
    expect([mixed.code, mixed.text]).toEqual([0, expect.stringMatching(/1 × 2 pictures/)]);
    const edited = await tool("edit", ...latent, "--components", "1", "--out", place("e.png"));
    expect([edited.code, edited.text]).toEqual([0, expect.stringMatching(/2 strips/)]);
    const walked = await tool("interpolate", "--seeds", "1", ...latent, "--out", place("w.webp"));
    expect([walked.code, walked.text]).toEqual([0, expect.stringMatching(/48 pictures in w/)]);
    const both = await tool("generate", ...latent, "--count", "4", "--out", place("again"));
    expect([both.code, both.text]).toEqual([
      2,
      expect.stringMatching(/--latent says which pictures are made: leave out --count/),
    ]);
    const missing = await tool("generate", "--latent", place("none.safetensors"), "--out", place("again"));
    expect([missing.code, missing.text]).toEqual([1, expect.stringMatching(/cannot read the latent .*none/)]);
  });

  it("refuses another size and transparent pixels, and says what helps", async () => {
    await paint("wide.png", 12, 10, 3);
    await paint("glass.png", 8, 8, 4, 100);
    await paint("opaque.png", 8, 8, 4);
    const out = ["--out", place("p.png")];
    const wide = await project("wide.png", ...out);
    expect(wide.text).toMatch(
      /wide\.png must have the model's 8×8 pixels, got 12×10\. Crop it with --fit cover/,
    );
    expect(wide.code).toBe(1);
    for (const fit of ["cover", "contain", "stretch"]) {
      expect((await project("wide.png", ...out, "--fit", fit)).code).toBe(0);
    }
    const glass = await project("glass.png", ...out);
    expect(glass.text).toMatch(/glass\.png has transparent pixels.*--background white/);
    expect(glass.code).toBe(1);
    expect((await project("glass.png", ...out, "--background", "white")).code).toBe(0);
    expect((await project("opaque.png", ...out)).code).toBe(0);
    const absent = await project("none.png", ...out);
    expect([absent.code, absent.text]).toEqual([1, expect.stringMatching(/cannot read .*none\.png/)]);
    await writeFile(place("text.png"), "not a picture");
    const text = await project("text.png", ...out);
    expect([text.code, text.text]).toEqual([1, expect.stringMatching(/cannot read .*text\.png/)]);
  });
});
