import { mkdtemp, readFile, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { findBestCheckpoint, readRunLog } from "@gan/core/node";
import { afterAll, beforeAll, beforeEach, describe, expect, it, vi } from "vitest";
import { runCli } from "./cli.js";

const config = {
  model: { imageSize: 32, channels: 1, latentSize: 8, generatorFeatures: 2, discriminatorFeatures: 2 },
  data: { name: "mnist-test" },
  training: { batchSize: 8, totalImages: 48, seed: 3, sampleEveryImages: 48, checkpointEveryImages: 24 },
};
const measuring = [
  ...["--metrics", "fid,prdc", "--metrics-every", "16"],
  ...["--metrics-extractor", "mnist-classifier", "--metrics-count", "20"],
];

let folder = "";
let file = "";
const [out, err]: [string[], string[]] = [[], []];
const run = (...args: string[]) => {
  out.length = err.length = 0;
  return runCli(args);
};
const place = (name: string) => join(folder, name);

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), "gan-dcgan-metrics-"));
  process.env["GAN_CACHE_FOLDER"] = place("cache");
  file = place("tiny.json");
  await writeFile(file, JSON.stringify(config));
});
afterAll(async () => {
  delete process.env["GAN_CACHE_FOLDER"];
  await rm(folder, { recursive: true });
});
beforeEach(() => {
  vi.spyOn(console, "log").mockImplementation((text) => void out.push(String(text)));
  vi.spyOn(console, "error").mockImplementation((text) => void err.push(String(text)));
  vi.spyOn(process.stderr, "write").mockImplementation(() => true);
});

const train = (name: string, ...more: string[]) =>
  run("train", "--config", file, "--out", place(name), "--set", "training.keepCheckpoints=1", ...more);
const lastWeights = (name: string) =>
  readFile(join(place(name), "checkpoints", "000000000048", "weights.safetensors"));
const measured = async (name: string) =>
  (await readRunLog(place(name))).metrics.filter(({ conditions }) => conditions !== undefined);

describe("metrics while training", () => {
  it("leave the weights as they would be, keep the best checkpoint, and resume", async () => {
    expect(await train("plain")).toBe(0);
    expect(await train("measured", ...measuring)).toBe(0);
    expect(err.join("\n")).toMatch(/48 images: fid \d.*mnist-classifier, 20 pictures/);
    expect(await lastWeights("measured")).toEqual(await lastWeights("plain"));
    const lines = await measured("measured");
    expect(lines.map(({ imagesSeen }) => imagesSeen)).toEqual([16, 32, 48]);
    expect(lines[0]?.conditions).toMatchObject({
      nReal: 20,
      nFake: 20,
      extractor: { name: "mnist-classifier" },
    });
    const lowest = lines.reduce((best, line) =>
      (line.metrics.fid ?? 0) < (best.metrics.fid ?? 0) ? line : best,
    );
    const best = await findBestCheckpoint(place("measured"));
    expect(best?.state.score).toEqual({ name: "fid", value: lowest.metrics.fid, better: "lower" });
    expect(await readFile(join(place("measured"), "report.html"), "utf8")).toMatch(/fid/);

    vi.mocked(console.error).mockImplementation((text) => {
      err.push(String(text));
      if (/^\n16 images: fid/.test(String(text))) process.emit("SIGINT");
    });
    expect(await train("parts", ...measuring)).toBe(130);
    expect(await train("parts", ...measuring)).toBe(0);
    expect(await lastWeights("parts")).toEqual(await lastWeights("plain"));
    expect(await measured("parts")).toEqual(lines);
    // Once more, when all is done: nothing is measured twice.
    expect(await train("parts", ...measuring)).toBe(0);
    expect(await measured("parts")).toEqual(lines);
  });

  it("evaluate and metrics give the number of the log, from the newest or the best", async () => {
    const [last] = (await measured("measured")).slice(-1);
    const options = ["--extractor", "mnist-classifier", "--count", "20", "--seed", "3", "--json"];
    expect(await run("evaluate", "--from", place("measured"), "--metrics", "fid,prdc", ...options)).toBe(0);
    const report = JSON.parse(out.join("\n"));
    expect(report).toMatchObject({ fid: last?.metrics.fid, coverage: last?.metrics.coverage, nFake: 20 });
    expect(await run("evaluate", "--from", place("measured"), "--metrics", "fid", "--best", ...options)).toBe(
      0,
    );
    const best = await findBestCheckpoint(place("measured"));
    expect(JSON.parse(out.join("\n")).fid).toBe(best?.state.score?.value);
    expect(await run("metrics", "fid", "mnist-test", place("measured"), ...options)).toBe(0);
    expect(JSON.parse(out.join("\n"))).toMatchObject({ nReal: 20, nFake: 20, fid: expect.any(Number) });
    const real = ["--real", "mnist-test"];
    expect(await run("evaluate", "--from", place("measured"), "--metrics", "kid", ...real, ...options)).toBe(
      0,
    );
    expect(JSON.parse(out.join("\n")).kid).toEqual(expect.any(Number));
  });

  it("evaluate tells what figures begin and end at, and asks for the part that was held out", async () => {
    const options = ["--metrics", "fid", "--extractor", "mnist-classifier", "--count", "100", "--json"];
    const from = ["--from", place("measured")];
    expect(await run("evaluate", ...from, ...options, "--baselines")).toBe(0);
    const { fid, baselines } = JSON.parse(out.join("\n"));
    const { untrained, "training pictures": floor } = baselines;
    expect(floor.fid).toBeLessThan(untrained.fid / 10);
    expect(floor.fid).toBeLessThan(fid / 10);
    expect(untrained.fid).not.toBe(fid);
    // What was trained on is a test part itself, and has none.
    expect(await run("evaluate", ...from, ...options, "--held-out")).not.toBe(0);
    expect(err.join("\n")).toMatch(/mnist-test-test/);
  });

  it("measure path lengths by a network that works offline, alone or among others, and name it", async () => {
    const options = ["--paths", "24", "--seed", "5"];
    expect(await run("metrics", "ppl", place("measured"), ...options, "--json")).toBe(0);
    const alone = JSON.parse(out.join("\n"));
    expect(alone).toMatchObject({
      ppl: expect.any(Number),
      pathLength: { network: { name: "efficientnet-lite0" }, space: "z", paths: 24, epsilon: 1e-4, seed: 5 },
    });
    expect(alone.ppl).toBeGreaterThan(0);
    const from = ["--from", place("measured"), ...options];
    expect(await run("evaluate", ...from, "--metrics", "ppl")).toBe(0);
    const [line = ""] = out;
    expect(line).toMatch(
      /^path length +\S+ ± \S+ \(efficientnet-lite0, weights [0-9a-f]{8}; 24 paths in z\)$/,
    );
    expect(Number(/^path length +(\S+)/.exec(line)?.[1]) / alone.ppl).toBeCloseTo(1, 4);
    const both = ["--metrics", "fid,ppl", "--extractor", "mnist-classifier", "--count", "20", "--json"];
    expect(await run("evaluate", ...from, ...both)).toBe(0);
    expect(JSON.parse(out.join("\n"))).toMatchObject({
      fid: expect.any(Number),
      ppl: alone.ppl,
      extractor: { name: "mnist-classifier" },
      pathLength: { network: { name: "efficientnet-lite0" } },
    });
  });

  it("refuses unknown metrics, and a best checkpoint where none was scored", async () => {
    expect(await train("never", "--metrics", "fod")).toBe(2);
    expect(err.join("\n")).toMatch(/some of fid, kid, is, prdc.*got fod/);
    expect(await run("evaluate", "--from", place("plain"), "--best", "--extractor", "mnist-classifier")).toBe(
      1,
    );
    expect(err.join("\n")).toMatch(/no checkpoint with a score/);
  });
});
