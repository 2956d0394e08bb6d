import { join } from "node:path";
import { Command } from "commander";
import { afterAll, beforeAll, beforeEach, describe, expect, it, vi } from "vitest";
import { createImageStore, type ImageSet } from "../data/index.js";
import { createPictureSource } from "../metrics/index.js";
import { writePack, writePicture } from "../node/index.js";
import { useFolder } from "../node/pictures.test-helper.js";
import { Random } from "../random/index.js";
import type { DatasetRegistry } from "./dataset-registry.js";
import { type MeasuredRuns, metricsCommand } from "./metrics-command.js";
import { runProgram } from "./run-program.js";

const folder = useFolder();
const [out, err]: [string[], string[]] = [[], []];
const size = { width: 28, height: 28, channels: 1 } as const;

const draw = (name: string, seed: number, count: number): ImageSet => {
  const pixels = Uint8Array.from(new Random(seed).uniforms(count * 784), (value) => (value < 0.3 ? 255 : 0));
  return createImageStore({ name, count, ...size, pixels });
};
const [real, fake] = [draw("real", 1, 14), draw("fake", 2, 11)];

const registry: DatasetRegistry = {
  descriptions: [],
  isInstalled: () => true,
  open: async (name) =>
    name === "drawings" ? { kind: "pairs", input: real, target: fake } : { kind: "images", images: real },
};
const opened = vi.fn<MeasuredRuns["open"]>(async (_, count) =>
  createPictureSource(fake, { random: new Random(0), limit: Math.min(count, fake.count) }),
);
const measurePaths = vi.fn<MeasuredRuns["measurePaths"]>(async () => undefined);

async function run(...args: string[]) {
  out.length = err.length = 0;
  const program = new Command("gan").addCommand(metricsCommand(registry, { open: opened, measurePaths }));
  const code = await runProgram(program, ["metrics", ...args]);
  return { code, out: out.join("\n"), err: err.join("\n") };
}
const fid = async (...sources: string[]) => {
  const { code, out, err } = await run("fid", ...sources, "--extractor", "mnist-classifier", "--json");
  expect([code, err]).toEqual([undefined, expect.not.stringMatching(/needs|cannot/)]);
  return JSON.parse(out) as { fid: number; nReal: number; nFake: number };
};

beforeAll(async () => {
  process.env["GAN_CACHE_FOLDER"] = folder("cache");
  for (const [name, set] of [
    ["real", real],
    ["fake", fake],
  ] as const) {
    for (let index = 0; index < set.count; index++) {
      await writePicture(join(folder(name), `${10 + index}.png`), await set.read(index));
    }
    await writePack(folder(`${name}.pack`), set, size);
  }
  await writePicture(join(folder("run"), "checkpoints", "1.png"), await real.read(0)); // makes the folder
});
afterAll(() => {
  delete process.env["GAN_CACHE_FOLDER"];
});
beforeEach(() => {
  vi.spyOn(console, "log").mockImplementation((text) => void out.push(String(text)));
  vi.spyOn(console, "error").mockImplementation((text) => void err.push(String(text)));
});

describe("gan metrics", () => {
  it("gives one number for the same pictures in folders, packs, data sets and runs", async () => {
    const expected = await fid(folder("real"), folder("fake"));
    expect(expected).toMatchObject({ nReal: 14, nFake: 11 });
    expect(expected.fid).toBeGreaterThan(0.1);
    for (const sources of [
      [folder("real.pack"), folder("fake.pack")],
      ["numbers", folder("fake.pack")],
      ["numbers", folder("run")],
      [folder("real"), folder("run")],
    ]) {
      const { fid: value, ...rest } = await fid(...sources);
      expect(rest, sources.join()).toMatchObject({ nReal: 14, nFake: 11 });
      expect(value / expected.fid, sources.join()).toBeCloseTo(1, 9);
    }
    expect((await fid(folder("run"), folder("fake.pack"))).fid).toBeCloseTo(0, 6);
  });

  it("makes a run's pictures anew each time, as many as asked for, by the seed", async () => {
    opened.mockClear();
    await fid(folder("real"), folder("run"), "--count", "7", "--seed", "3");
    expect(await fid(folder("real"), folder("run"), "--count", "7", "--seed", "3")).toMatchObject({
      nReal: 7,
      nFake: 7,
    });
    expect(opened.mock.calls).toEqual(Array(2).fill([folder("run"), 7, 3]));
    await run("stats", folder("run"), "--out", folder("run.npz"), "--extractor", "mnist-classifier");
    expect(opened.mock.calls.at(-1)).toEqual([folder("run"), 10_000, 0]);
  });

  it("refuses sets that are not of single pictures", async () => {
    const { code, err } = await run("fid", "drawings", folder("fake"), "--extractor", "mnist-classifier");
    expect([code, err]).toEqual([2, expect.stringMatching(/drawings is a set of pairs: it has no one set/)]);
  });

  it("hands a run on whose path lengths are asked for", async () => {
    await run("ppl", "runs/x", "--paths", "20", "--path-network", "alex", "--best");
    expect(measurePaths).toHaveBeenCalledWith("runs/x", {
      paths: "20",
      pathNetwork: "alex",
      best: true,
      seed: "0",
      backend: undefined,
    });
  });
});
