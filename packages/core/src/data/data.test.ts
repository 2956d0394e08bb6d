import { useCpuBackend } from "@gan/test-kit";
import { memory } from "@tensorflow/tfjs-core";
import { beforeAll, describe, expect, it } from "vitest";
import { ConfigError, DataError, ShapeError } from "../errors/index.js";
import { Random } from "../random/index.js";
import { parseIdx } from "./idx.js";
import { imageBatches } from "./image-batches.js";
import { createImageStore } from "./image-store.js";
import { composePixelGrid } from "./pixel-grid.js";

beforeAll(useCpuBackend);

/** `count` grey 2×2 pictures; picture i holds i, i, i, 255. */
function createStore(count: number) {
  const pixels = Uint8Array.from({ length: count * 4 }, (_, index) => (index % 4 === 3 ? 255 : index >> 2));
  return createImageStore({ name: "toy", count, height: 2, width: 2, channels: 1, pixels });
}

async function readPictures(seed: number, batches: number, imagesSeen = 0): Promise<number[]> {
  const source = imageBatches(createStore(10), { batchSize: 4, imageSize: 4, random: new Random(seed) });
  const seen: number[] = [];
  let read = 0;
  for await (const { images } of source.batches(imagesSeen)) {
    const values = images.dataSync();
    for (let image = 0; image < 4; image++) {
      seen.push(Math.round(((values[image * 16 + 5] as number) + 1) * 127.5)); // the padded picture's first pixel
    }
    images.dispose();
    if (++read === batches) break;
  }
  return seen;
}

describe("parseIdx", () => {
  const header = [0, 0, 8, 2, 0, 0, 0, 2, 0, 0, 0, 3];
  const valid = Uint8Array.from([...header, 1, 2, 3, 4, 5, 6]);

  it("reads shape and values, also from a view into a larger buffer", () => {
    const within = new Uint8Array([9, ...valid]).subarray(1);
    expect(parseIdx(within, "toy")).toEqual({ shape: [2, 3], values: Uint8Array.from([1, 2, 3, 4, 5, 6]) });
  });

  it.each([
    ["nothing", new Uint8Array(), /empty/],
    ["another format", Uint8Array.from([0x1f, 0x8b, 8, 0, 0]), /1f 8b 08 00.*gzipped/],
    ["another type", Uint8Array.from([0, 0, 0x0d, ...header.slice(3), 0, 0, 0, 0, 0, 0]), /type 13/],
    ["a cut file", valid.subarray(0, -1), /2×3 = 6 values but holds 5/],
    ["a cut header", valid.subarray(0, 7), /not an idx file/],
  ])("refuses %s", (_, bytes, message) => {
    expect(() => parseIdx(bytes, "toy")).toThrow(DataError);
    expect(() => parseIdx(bytes, "toy")).toThrow(message);
  });
});

describe("imageBatches", () => {
  it("centres pictures on black and scales bytes to [-1, 1]", async () => {
    const source = imageBatches(createStore(1), { batchSize: 1, imageSize: 4, random: new Random(1) });
    for await (const { images } of source.batches(0)) {
      expect(images.shape).toEqual([1, 4, 4, 1]);
      const expected = new Array<number>(16).fill(-1);
      expected[10] = 1; // byte 255 at row 1, column 1 of the picture, row 2, column 2 of the batch
      expect([...images.dataSync()]).toEqual(expected);
      images.dispose();
      break;
    }
  });

  it("gives each picture once per epoch, drops the rest, and shuffles epochs differently", async () => {
    const pictures = await readPictures(3, 4);
    const epochs = [pictures.slice(0, 8), pictures.slice(8)];
    for (const epoch of epochs) expect(new Set(epoch).size).toBe(8);
    expect(epochs[0]).not.toEqual(epochs[1]);
  });

  it("repeats itself for a seed and continues from any place", async () => {
    const all = await readPictures(3, 5);
    expect(await readPictures(3, 5)).toEqual(all);
    expect(await readPictures(4, 5)).not.toEqual(all);
    expect(await readPictures(3, 2, 12)).toEqual(all.slice(12));
  });

  it("leaves no tensor behind", async () => {
    const before = memory().numTensors;
    await readPictures(1, 3);
    expect(memory().numTensors).toBe(before);
  });

  it("refuses too few or too large pictures", () => {
    const random = new Random(1);
    expect(() => imageBatches(createStore(3), { batchSize: 4, imageSize: 4, random })).toThrow(DataError);
    expect(() => imageBatches(createStore(9), { batchSize: 4, imageSize: 1, random })).toThrow(ConfigError);
  });
});

describe("createImageStore", () => {
  it("refuses pixels or labels of another length", () => {
    const sizes = { name: "toy", count: 2, height: 1, width: 1, channels: 1 };
    expect(() => createImageStore({ ...sizes, pixels: new Uint8Array(3) })).toThrow(DataError);
    const labels = new Uint8Array(1);
    expect(() => createImageStore({ ...sizes, pixels: new Uint8Array(2), labels })).toThrow(/1 labels/);
  });
});

describe("composePixelGrid", () => {
  it("lays pictures out row by row with a black margin, rounding and clipping", () => {
    const values = Float32Array.from([-1, 0, 1, 2, -7]);
    const grid = composePixelGrid({ shape: [5, 1, 1, 1], values }, 3, 1);
    expect([grid.width, grid.height]).toEqual([7, 5]);
    const rows = [0, 1, 2, 3, 4].map((row) => [...grid.pixels.subarray(row * 7, row * 7 + 7)]);
    expect(rows[1]).toEqual([0, 0, 0, 128, 0, 255, 0]);
    expect(rows[3]).toEqual([0, 255, 0, 0, 0, 0, 0]);
    for (const row of [0, 2, 4]) expect(rows[row]).toEqual([0, 0, 0, 0, 0, 0, 0]);
  });

  it("refuses values of another length", () => {
    expect(() => composePixelGrid({ shape: [1, 2, 2, 1], values: new Float32Array(3) })).toThrow(ShapeError);
  });
});
