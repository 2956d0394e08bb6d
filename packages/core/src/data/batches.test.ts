import { useCpuBackend } from "@gan/test-kit";
import { memory, type Tensor } from "@tensorflow/tfjs-core";
import { beforeAll, describe, expect, it } from "vitest";
import { ConfigError, DataError, ShapeError } from "../errors/index.js";
import { Random } from "../random/index.js";
import type { BatchSource, TensorRecord } from "./batch-source.js";
import { type BatchOptions, imageBatches } from "./image-batches.js";
import { MixedChannelsError, SkippedPictures } from "./image-set.js";
import { createImageStore } from "./image-store.js";
import { chooseDepth } from "./prefetch.js";
import { pairedBatches, unpairedBatches } from "./two-set-batches.js";

beforeAll(useCpuBackend);

/** `count` pictures of 6×6 pixels in 3 channels: every pixel tells its picture, its place and its channel. */
function createSet(count: number, name = "toy", first = 0) {
  const pixels = Uint8Array.from({ length: count * 108 }, (_, index) => {
    const [picture, inside] = [Math.floor(index / 108), index % 108];
    return inside % 3 === 0 ? first + picture : Math.floor(inside / 3) + (inside % 3);
  });
  const labels = Array.from({ length: count }, (_, index) => index % 3);
  const labelNames = ["a", "b", "c"];
  return createImageStore({ name, count, height: 6, width: 6, channels: 3, pixels, labels, labelNames });
}

const options = (more: Partial<BatchOptions> = {}): BatchOptions => ({
  batchSize: 4,
  imageSize: 4,
  crop: "random",
  flip: true,
  random: new Random(5),
  ...more,
});

/** The bytes of the next batches' tensors. */
async function readBytes(source: BatchSource<TensorRecord>, batches: number, imagesSeen = 0) {
  const read: Record<string, number[]>[] = [];
  for await (const batch of source.batches(imagesSeen)) {
    const entries = Object.entries<Tensor>(batch).map(([name, tensor]) => {
      const values = [...tensor.dataSync()];
      tensor.dispose();
      return [
        name,
        tensor.dtype === "int32" ? values : values.map((value) => Math.round((value + 1) * 127.5)),
      ];
    });
    read.push(Object.fromEntries(entries));
    if (read.length === batches) break;
  }
  return read;
}

/** First pixel, pixel to its right and pixel below, of each 4×4 picture of 3 channels. */
const views = (bytes: readonly number[]) =>
  Array.from({ length: bytes.length / 48 }, (_, picture) => {
    const at = picture * 48;
    const [index = 0, value = 0, right = 0, below = 0] = [0, 1, 4, 13].map((offset) => bytes[at + offset]);
    return { index, place: value - 1, step: right - value, below: below - value };
  });

describe("crops and flips", () => {
  it("takes every place of the room and both directions, and never leaves the picture", async () => {
    const batches = await readBytes(imageBatches(createSet(8), options()), 60);
    const seen = batches.flatMap(({ images = [] }) => views(images));
    expect(seen.every(({ step, below }) => Math.abs(step) === 1 && below === 6)).toBe(true);
    const corners = seen.map(({ place, step }) => (step === 1 ? place : place - 3));
    const places = [0, 1, 2, 6, 7, 8, 12, 13, 14];
    expect([...new Set(corners)].sort((a, b) => a - b)).toEqual(places);
    for (const place of places)
      expect(corners.filter((corner) => corner === place).length).toBeGreaterThan(10);
    const epoch = corners.slice(0, 8);
    expect(new Set(epoch).size).toBeGreaterThan(3); // each picture by itself, not an epoch at once
    const flipped = seen.filter(({ step }) => step === -1).length;
    expect(flipped).toBeGreaterThan(90);
    expect(flipped).toBeLessThan(150);
  });

  it("takes the middle without chance, and refuses to cut unasked", async () => {
    const source = imageBatches(createSet(8), options({ crop: "center", flip: false }));
    const [batch] = await readBytes(source, 1);
    expect(views(batch?.images ?? []).map(({ place, step }) => [place, step])).toEqual(
      new Array(4).fill([7, 1]),
    );
    const { crop: _, ...uncut } = options();
    expect(() => imageBatches(createSet(8), uncut)).toThrow(ConfigError);
  });

  it("mirrors pictures within their border", async () => {
    const source = imageBatches(createSet(8), options({ imageSize: 9, crop: "center" }));
    const [batch] = await readBytes(source, 1);
    for (let picture = 0; picture < 4; picture++) {
      const row = batch?.images?.slice((picture * 81 + 3 * 9) * 3).filter((_, index) => index % 3 === 1);
      const inner = [13, 14, 15, 16, 17, 18];
      const plain = [0, ...inner, 0, 0];
      const options = [plain, [...plain].reverse()];
      expect(options).toContainEqual(row?.slice(0, 9));
    }
  });
});

describe("resuming", () => {
  const sources = {
    images: () => imageBatches(createSet(11), { ...options(), labels: true }),
    pairs: () => pairedBatches({ input: createSet(11), target: createSet(11, "targets", 100) }, options()),
    domains: () => unpairedBatches({ a: createSet(11), b: createSet(7, "others", 100) }, options()),
  };

  it.each(Object.entries(sources))("continues %s at any place as if never interrupted", async (_, open) => {
    const whole = await readBytes(open(), 9);
    for (const first of [1, 2, 3, 5, 8]) {
      expect(await readBytes(open(), 9 - first, first * 4)).toEqual(whole.slice(first));
    }
    expect(new Set(whole.map((batch) => JSON.stringify(batch))).size).toBe(9);
  });

  it("leaves no tensor behind", async () => {
    const before = memory().numTensors;
    await readBytes(sources.domains(), 3);
    expect(memory().numTensors).toBe(before);
  });
});

describe("labels", () => {
  it("stand beside their pictures", async () => {
    const source = imageBatches(createSet(11), { ...options(), labels: true });
    for (const { images = [], labels } of await readBytes(source, 5)) {
      expect(labels).toEqual(views(images).map(({ index }) => index % 3));
    }
  });

  it("are asked for in vain of a set without", () => {
    const { labels: _, label: __, ...unlabelled } = createSet(8);
    expect(() => imageBatches(unlabelled, { ...options(), labels: true })).toThrow(/toy has no labels/);
  });
});

describe("pairedBatches", () => {
  it("cuts and mirrors both sides of a pair alike", async () => {
    const sets = { input: createSet(11), target: createSet(11, "targets", 100) };
    const batches = await readBytes(pairedBatches(sets, options()), 6);
    for (const { input = [], target = [] } of batches) {
      expect(views(target)).toEqual(views(input).map((view) => ({ ...view, index: view.index + 100 })));
    }
  });

  it("refuses sides of other numbers", () => {
    const sets = { input: createSet(11), target: createSet(10) };
    expect(() => pairedBatches(sets, options())).toThrow(/11 of 6×6, but toy has 10/);
  });
});

describe("unpairedBatches", () => {
  it("shuffles the domains apart from each other and goes through the larger in an epoch", async () => {
    const source = unpairedBatches({ a: createSet(12), b: createSet(8, "others", 100) }, options());
    expect(source.imagesPerEpoch).toBe(12);
    const batches = await readBytes(source, 6);
    const order = (side: "a" | "b") =>
      batches.flatMap((batch) => views(batch[side] ?? [])).map(({ index }) => index);
    expect([...order("a").slice(0, 12)].sort((x, y) => x - y)).toEqual(
      Array.from({ length: 12 }, (_, i) => i),
    );
    expect(new Set(order("b").slice(0, 8)).size).toBe(8);
  });

  it("shuffles domains of the same number differently", async () => {
    const source = unpairedBatches({ a: createSet(12), b: createSet(12, "others", 100) }, options());
    const [batch] = await readBytes(source, 1);
    const order = (side: "a" | "b") => views(batch?.[side] ?? []).map(({ index }) => index % 100);
    expect(order("a")).not.toEqual(order("b"));
  });
});

describe("pictures that cannot be read", () => {
  const damaged = (bad: (index: number) => boolean, error = DataError) => {
    const set = createSet(10);
    return {
      ...set,
      skipped: new SkippedPictures(),
      read: async (index: number) => {
        if (bad(index)) throw new error("core", `cannot read ${index}.png`);
        return set.read(index);
      },
    };
  };

  it("are named, counted and replaced by others, the same for a seed", async () => {
    const set = damaged((index) => index < 3);
    const batches = await readBytes(imageBatches(set, { ...options(), labels: true }), 5);
    const indices = batches.flatMap(({ images = [] }) => views(images)).map(({ index }) => index);
    expect(Math.min(...indices)).toBe(3);
    expect(batches.flatMap(({ labels = [] }) => labels)).toEqual(indices.map((index) => index % 3));
    expect(set.skipped.count).toBe(3);
    expect(set.skipped.examples.map((text) => /(\d)\.png/.exec(text)?.[1]).sort()).toEqual(["0", "1", "2"]);
    const again = imageBatches(
      damaged((index) => index < 3),
      { ...options(), labels: true },
    );
    expect(await readBytes(again, 3, 8)).toEqual(batches.slice(2));
  });

  it("are not all replaced by the same", async () => {
    const set = { ...createSet(40), read: (index: number) => createSet(40).read(index) };
    const read = set.read;
    set.read = (index) =>
      index < 20 ? Promise.reject(new DataError("core", "cannot read it")) : read(index);
    const batches = await readBytes(imageBatches(set, options()), 10);
    const indices = batches.flatMap(({ images = [] }) => views(images)).map(({ index }) => index);
    const times = indices.map((index) => indices.filter((other) => other === index).length);
    expect(Math.max(...times)).toBeLessThan(8); // 20 replacements among 20 pictures
  });

  it("end the loop with strict, when none is left, and for errors of the whole set", async () => {
    const read = (set: ReturnType<typeof damaged>, more = {}) =>
      readBytes(imageBatches(set, options(more)), 4);
    await expect(
      read(
        damaged((index) => index === 4),
        { strict: true },
      ),
    ).rejects.toThrow(/cannot read 4.png/);
    await expect(read(damaged(() => true))).rejects.toThrow(/toy: 101 pictures in a row/);
    await expect(read(damaged((index) => index === 4, MixedChannelsError))).rejects.toThrow(/cannot read 4/);
  });

  it("leaves mistakes of the program alone", async () => {
    const set = { ...createSet(8), channels: 1 };
    await expect(readBytes(imageBatches(set, options()), 1)).rejects.toThrow(ShapeError);
    const broken = { ...createSet(8), read: () => Promise.reject(new TypeError("oops")) };
    await expect(readBytes(imageBatches(broken, options()), 1)).rejects.toThrow(TypeError);
  });
});

describe("reading ahead", () => {
  it("has batches waiting, and stops when the loop is left", async () => {
    let reads = 0;
    const set = createSet(8);
    const counted = {
      ...set,
      read(index: number) {
        reads++;
        return set.read(index);
      },
    };
    await readBytes(imageBatches(counted, options()), 2);
    const afterLeaving = reads;
    expect(afterLeaving).toBe(10 * 4); // two were taken, eight wait
    await new Promise((resolve) => setTimeout(resolve, 20));
    expect(reads).toBe(afterLeaving);
  });
});

describe("chooseDepth", () => {
  it("keeps what waits under 256 MiB", () => {
    expect([1000, 40 * 2 ** 20, 2 ** 30].map(chooseDepth)).toEqual([8, 6, 1]);
  });
});
