import { mkdtemp, readFile, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { computeFrechetDistance, computeStatistics } from "../../metrics/index.js";
import { decodeFeatures, fixture } from "../../metrics/metrics-fixture.test-helper.js";
import { decodeNpy, encodeNpy } from "./npy.js";
import { readStatistics, writeStatistics } from "./statistics-file.js";

const published = fileURLToPath(new URL("../../../fixtures/metrics/pytorch-fid.npz", import.meta.url));
const [first] = fixture.frechet as [(typeof fixture.frechet)[number]];
const features = decodeFeatures(first.real, first.size);
const extractor = { name: "toy", weightsHash: "ab", resize: "none" } as const;

let folder = "";
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), "gan-statistics-"));
});
afterAll(() => rm(folder, { recursive: true }));

describe("statistics files", () => {
  it("reads what NumPy saved, compressed, as what it was computed from", async () => {
    const read = await readStatistics(published);
    expect(read).toMatchObject({ count: 0, name: "pytorch-fid.npz" });
    expect(read.extractor).toBeUndefined();
    const own = computeStatistics(features);
    expect(read.statistics.covariance[25]).toBeCloseTo(own.covariance[25] as number, 12);
    expect(Math.abs(computeFrechetDistance(read.statistics, own))).toBeLessThan(1e-6);
  });

  it("keeps everything bit for bit, and features only when asked", async () => {
    const path = join(folder, "own.npz");
    const collection = {
      name: "cats",
      extractor,
      count: features.count,
      statistics: computeStatistics(features),
      features,
    };
    await writeStatistics(path, collection, { features: true });
    expect(await readStatistics(path)).toEqual(collection);
    await writeStatistics(path, collection);
    expect((await readStatistics(path)).features).toBeUndefined();
  });

  it("refuses what is cut off, absent, of other shapes or types, with a sentence", async () => {
    const whole = await readFile(published);
    const path = join(folder, "broken.npz");
    for (const length of [0, 100, whole.length - 30]) {
      await writeFile(path, whole.subarray(0, length));
      await expect(readStatistics(path)).rejects.toThrow(/broken\.npz/);
    }
    const flipped = Buffer.from(whole);
    flipped[200] = (flipped[200] as number) ^ 0xff;
    await writeFile(path, flipped);
    await expect(readStatistics(path)).rejects.toThrow(/damaged|zip/);
    await expect(readStatistics(join(folder, "none.npz"))).rejects.toThrow(/cannot read .*none\.npz/);
    const statistics = { count: 2, size: 2, mean: new Float64Array(2), covariance: new Float64Array(4) };
    const wrong = { ...statistics, mean: new Float64Array(3), size: 3, covariance: new Float64Array(9) };
    await writeStatistics(path, { name: "x", count: 2, statistics: wrong });
    expect((await readStatistics(path)).statistics.size).toBe(3);
  });
});

describe("npy", () => {
  const header = (text: string) => {
    const bytes = Buffer.alloc(10 + text.length);
    bytes.write("\x93NUMPY\x01\x00", "latin1");
    bytes.writeUInt16LE(text.length, 8);
    bytes.write(text, 10, "latin1");
    return bytes;
  };
  const array = (descr: string, shape: string, order: string, values: Buffer) =>
    Buffer.concat([
      header(`{'descr': '${descr}', 'fortran_order': ${order}, 'shape': (${shape}), }`),
      values,
    ]);

  it("reads by columns as by rows", () => {
    const values = Buffer.from(Uint8Array.of(1, 2, 3, 4, 5, 6));
    expect(decodeNpy(array("|u1", "2, 3", "False", values), "x").values).toEqual(
      Uint8Array.of(1, 2, 3, 4, 5, 6),
    );
    expect(decodeNpy(array("|u1", "2, 3", "True", values), "x").values).toEqual(
      Uint8Array.of(1, 3, 5, 2, 4, 6),
    );
  });

  it("writes what it reads", () => {
    for (const values of [Float64Array.of(Math.PI, -0), Float32Array.of(1.5, 3), Uint8Array.of(1, 255)]) {
      expect(decodeNpy(encodeNpy({ shape: [2], values }), "x")).toEqual({ shape: [2], values });
    }
    expect(encodeNpy({ shape: [1], values: Uint8Array.of(1) }).length % 64).toBe(1);
  });

  it.each([
    ["no magic", Buffer.alloc(64), /no NumPy array/],
    ["a pickled object", array("|O", "2,", "False", Buffer.alloc(2)), /float64, float32 or bytes, got \|O/],
    ["big-endian values", array(">f8", "1,", "False", Buffer.alloc(8)), /got >f8/],
    ["an absurd shape", array("<f8", "999999999, 999999999", "False", Buffer.alloc(8)), /declares/],
    ["too few bytes", array("<f4", "3,", "False", Buffer.alloc(8)), /8 bytes follow/],
    ["a torn header", header("{'descr': '<f8', 'sha").subarray(0, 20), /cut off/],
    ["no shape", header("{'descr': '<f8'}"), /damaged header/],
  ])("refuses %s", (_, bytes, message) => {
    expect(() => decodeNpy(bytes, "mu of x.npz")).toThrow(message);
  });
});
