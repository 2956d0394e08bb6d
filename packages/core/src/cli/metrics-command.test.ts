import { mkdir, mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { afterAll, beforeAll, beforeEach, describe, expect, it, vi } from "vitest";
import { readStatistics, writePicture, writeStatistics } from "../node/index.js";
import { Random } from "../random/index.js";
import { runGan } from "./gan.js";

const malicious = fileURLToPath(new URL("../../fixtures/torch/malicious-zip.pth", import.meta.url));
const published = fileURLToPath(new URL("../../fixtures/metrics/pytorch-fid.npz", import.meta.url));
let folder = "";
const [out, err]: [string[], string[]] = [[], []];
const run = async (...args: string[]) => {
  out.length = err.length = 0;
  const code = await runGan(["metrics", ...args]);
  return { code, out: out.join("\n"), err: err.join("\n") };
};
const place = (name: string) => join(folder, name);
const small = ["--extractor", "mnist-classifier"];

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), "gan-metrics-"));
  process.env["GAN_CACHE_FOLDER"] = place("cache");
  for (const [name, seed, count] of [
    ["real", 1, 12],
    ["fake", 2, 9],
    ["few", 3, 2],
    ["one", 4, 1],
  ] as const) {
    const random = new Random(seed);
    for (let index = 0; index < count; index++) {
      const pixels = Uint8Array.from(random.uniforms(28 * 28), (value) => (value < 0.2 * seed ? 255 : 0));
      await writePicture(join(place(name), `${index}.png`), { width: 28, height: 28, channels: 1, pixels });
    }
  }
});
afterAll(async () => {
  delete process.env["GAN_CACHE_FOLDER"];
  await rm(folder, { recursive: true });
});
beforeEach(() => {
  vi.spyOn(console, "log").mockImplementation((text) => void out.push(String(text)));
  vi.spyOn(console, "error").mockImplementation((text) => void err.push(String(text)));
});

describe("gan metrics", () => {
  it("compares files of statistics and says that they do not name their network", async () => {
    const result = await run("fid", published, published, "--json");
    expect([result.code, result.err]).toEqual([0, ""]);
    const { fid, ...rest } = JSON.parse(result.out) as { fid: number };
    expect(Math.abs(fid)).toBeLessThan(1e-6);
    expect(rest).toMatchObject({
      nReal: 0,
      nFake: 0,
      seed: 0,
      warnings: [expect.stringMatching(/does not say/)],
    });
    const kid = await run("kid", published, published);
    expect([kid.code, kid.err]).toEqual([1, expect.stringMatching(/kid needs the features/)]);
  });

  it("measures folders, warns of small sets, and gives the same again from its cache", async () => {
    const all = await run("all", place("real"), place("fake"), ...small, "--json");
    expect(all.code).toBe(0);
    const report = JSON.parse(all.out) as Record<string, unknown>;
    expect(report).toMatchObject({
      nReal: 12,
      nFake: 9,
      extractor: { name: "mnist-classifier", resize: "clean" },
    });
    for (const name of ["fid", "kid", "is", "precision", "recall", "density", "coverage"]) {
      expect(report[name]).toEqual(expect.any(Number));
    }
    const text = await run("fid", place("real"), place("fake"), ...small);
    expect(text.out).toMatch(/^FID +\d/);
    expect(text.out).toContain(String(Number((report.fid as number).toPrecision(6))));
    expect(text.out).toMatch(/network +mnist-classifier \(weights [0-9a-f]{8}\), resize clean/);
    expect(text.out).toMatch(/12 real, 9 generated; seed 0/);
    expect(text.err).toMatch(/only 12 real pictures.*take 10,000/);
    expect((await run("fid", place("real"), place("real"), ...small)).out).toMatch(
      /^FID +-?\d(\.\d+)?e-|^FID +0/,
    );
    const some = await run("fid", place("real"), place("fake"), ...small, "--count", "5", "--json");
    expect(JSON.parse(some.out)).toMatchObject({ nReal: 5, nFake: 5 });
  });

  it("writes statistics that stand for the pictures, and takes the network from them", async () => {
    const file = place("real.npz");
    expect((await run("stats", place("real"), "--out", file, ...small)).code).toBe(0);
    expect(await readStatistics(file)).toMatchObject({ count: 12, extractor: { name: "mnist-classifier" } });
    const direct = JSON.parse((await run("fid", place("real"), place("fake"), ...small, "--json")).out);
    const byFile = JSON.parse((await run("fid", file, place("fake"), "--json")).out);
    expect(byFile.fid).toBeCloseTo(direct.fid, 9);
    const other = await run("fid", file, place("fake"), ...small, "--resize", "legacy");
    expect([other.code, other.err]).toEqual([2, expect.stringMatching(/resize method \(clean and legacy\)/)]);
  });

  it("refuses to compare what different networks saw", async () => {
    const [digits, garments] = [place("digits.npz"), place("garments.npz")];
    expect((await run("stats", place("real"), "--out", digits, ...small)).code).toBe(0);
    const clothes = ["--extractor", "fashion-classifier"];
    expect((await run("stats", place("fake"), "--out", garments, ...clothes)).code).toBe(0);
    const sentence = /extractor \(mnist-classifier and fashion-classifier\), weights \(.* cannot be compared/;
    for (const args of [
      [digits, garments],
      [digits, place("fake"), ...clothes],
    ]) {
      const refused = await run("fid", ...args);
      expect([refused.code, refused.err]).toEqual([2, expect.stringMatching(sentence)]);
    }
  });

  it("takes statistics of 2,048 features that name no network for Inception's", async () => {
    const size = 2048;
    const statistics = {
      count: 9,
      size,
      mean: new Float64Array(size),
      covariance: new Float64Array(size ** 2),
    };
    await writeStatistics(place("foreign.npz"), { name: "foreign", count: 9, statistics });
    const { code, err } = await run("fid", place("foreign.npz"), place("fake"));
    expect([code, err]).toEqual([1, expect.stringMatching(/inception needs its published weights/)]);
  });

  it("uses the network that works offline unless told otherwise, and names it", async () => {
    const { code, out } = await run("fid", place("few"), place("few"), "--no-cache", "--json");
    expect(code).toBe(0);
    expect(JSON.parse(out)).toMatchObject({ extractor: { name: "efficientnet-lite0", resize: "clean" } });
  });

  it("leaves damaged pictures out by name, or refuses them", async () => {
    await mkdir(place("mixed"));
    for (const seed of [3, 4]) {
      const pixels = Uint8Array.from(new Random(seed).uniforms(28 * 28), (value) => value * 256);
      await writePicture(join(place("mixed"), `${seed}.png`), { width: 28, height: 28, channels: 1, pixels });
    }
    await writeFile(join(place("mixed"), "broken.png"), "no picture");
    const lenient = await run("fid", place("real"), place("mixed"), ...small, "--json");
    expect([lenient.code, lenient.err]).toEqual([0, expect.stringMatching(/left out: .*broken\.png/)]);
    expect(JSON.parse(lenient.out)).toMatchObject({ nFake: 2 });
    const strict = await run("fid", place("real"), place("mixed"), ...small, "--strict", "--no-cache");
    expect([strict.code, strict.err]).toEqual([1, expect.stringMatching(/broken\.png/)]);
  });

  it.each([
    [
      "an unknown network",
      ["fid", "real", "fake", "--extractor", "vgg-99"],
      2,
      /the extractor must be .*vgg-99/,
    ],
    ["a folder that is not there", ["fid", "real", "nowhere/", ...small], 1, /nowhere/],
    ["an unknown metric", ["fod", "real", "fake"], 2, /unknown command 'fod'/],
    ["a single picture", ["fid", "real", "one", ...small], 1, /at least 2 pictures, got 1/],
    ["too few for neighbours", ["prdc", "few", "real", ...small], 1, /at least 6 real pictures, got 2/],
    [
      "weights that would run a program",
      ["fid", "real", "fake", "--extractor", "inception", "--weights", malicious],
      1,
      /malicious-zip\.pth is refused: it names posix\.system/,
    ],
    ["a broken count", ["fid", "real", "fake", "--count", "0"], 2, /--count must be a whole number/],
    ["another file", ["stats", "real", "--out", "real.txt", ...small], 2, /must be a file \.npz/],
  ])("refuses %s with a sentence", async (_, args, code, message) => {
    const stderr = vi.spyOn(process.stderr, "write").mockImplementation((text) => err.push(String(text)) > 0);
    const placed = args.map((arg) =>
      ["real", "fake", "one", "few", "nowhere/"].includes(arg) ? place(arg) : arg,
    );
    const result = await run(...placed);
    stderr.mockRestore();
    expect(err.join("\n")).toMatch(message);
    expect(result.code).toBe(code);
  });

  it("asks for a variant's own command where a run is to be measured", async () => {
    await mkdir(join(place("run"), "checkpoints"), { recursive: true });
    const result = await run("fid", place("real"), place("run"), ...small);
    expect([result.code, result.err]).toEqual([2, expect.stringMatching(/only its own command can make/)]);
  });
});
