import { mkdir, readFile, writeFile } from "node:fs/promises";
import { gzipSync } from "node:zlib";
import { beforeAll, describe, expect, it } from "vitest";
import { createImageStore, parseCifar10, parseIdx } from "../data/index.js";
import { GanError } from "../errors/index.js";
import { Random } from "../random/index.js";
import { readIdxFile } from "./idx-files.js";
import { imageFolder } from "./image-folder.js";
import { openPack } from "./open-pack.js";
import { createNoise, useFolder } from "./pictures.test-helper.js";
import { prepareImages } from "./prepare-images.js";
import { writePack } from "./write-pack.js";

/** 75 damaged files of each of eight kinds, the same in every run. */
const inputsPerKind = 75;
const at = useFolder();

/** Cuts a file off, changes bits of it, or overwrites a stretch; never leaves it as it was. */
function damage(bytes: Uint8Array, random: Random): Buffer {
  for (;;) {
    const damaged = Buffer.from(bytes);
    const kind = random.integer(4);
    if (kind === 0) return damaged.subarray(0, random.integer(damaged.length));
    const start = random.integer(damaged.length);
    if (kind === 1)
      damaged.fill(random.integer(256), start, Math.min(start + 1 + random.integer(8), damaged.length));
    for (let flips = kind === 1 ? 0 : 1 + random.integer(kind); flips > 0; flips--) {
      const at = random.integer(damaged.length);
      damaged[at] = (damaged[at] as number) ^ (1 << random.integer(8));
    }
    if (!damaged.equals(bytes)) return damaged;
  }
}

const damagedFiles = (bytes: Uint8Array, name: string) => {
  const random = new Random(11).fork(name);
  return Array.from({ length: inputsPerKind }, () => damage(bytes, random));
};

/** Refused with a sentence of ours, or read to the end. */
async function attempt<Value>(read: () => Promise<Value> | Value): Promise<Value | GanError> {
  try {
    return await read();
  } catch (error) {
    if (GanError.isInstance(error) && error.message.length > 20) return error;
    throw error;
  }
}

const encoders = {
  png: () => createNoise(12, 12, 3).png().toBuffer(),
  jpeg: () => createNoise(12, 12, 3).jpeg().toBuffer(),
  webp: () => createNoise(12, 12, 3).webp().toBuffer(),
};

describe("damaged pictures in a folder", () => {
  it.each(Object.entries(encoders))(
    "of %s are each read or left out and counted, none ends the work",
    async (format, encode) => {
      const whole = await encode();
      const files = damagedFiles(whole, format);
      const folder = at(format);
      await mkdir(folder);
      await writeFile(`${folder}/whole.${format}`, whole);
      await Promise.all(files.map((bytes, index) => writeFile(`${folder}/${index}.${format}`, bytes)));
      const shape = { height: 8, width: 8, channels: 3 } as const;
      const set = await prepareImages(await imageFolder(folder), {
        ...shape,
        cache: { folder: at("cache") },
      });
      let refused = 0;
      for (let index = 0; index < set.count; index++) {
        const result = await attempt(() => set.read(index));
        if (result instanceof Error) {
          refused++;
          expect(result.message).toContain(set.describe(index));
        } else expect(result.pixels.length).toBe(192);
      }
      await set.close();
      expect(set.count).toBe(inputsPerKind + 1);
      expect(set.skipped.count).toBe(refused);
      // Every change of a PNG breaks a checksum. The others have none: what is cut off shows, at least.
      if (format === "png") expect(refused).toBe(inputsPerKind);
      else {
        expect(refused).toBeGreaterThan(inputsPerKind / 5);
        const cut = files.filter((bytes) => bytes.length < whole.length).length;
        expect(refused).toBeGreaterThanOrEqual(cut);
      }
    },
  );
});

describe("damaged data sets", () => {
  const pixels = Uint8Array.from({ length: 200 }, (_, index) => (index * 37) % 256);
  const idx = Uint8Array.from([0, 0, 8, 3, 0, 0, 0, 2, 0, 0, 0, 10, 0, 0, 0, 10, ...pixels]);
  const headerBytes = 16;

  it("idx: whatever changes the header or the length is refused", async () => {
    for (const bytes of damagedFiles(idx, "idx")) {
      const result = await attempt(() => parseIdx(bytes, "toy"));
      const isHeaderWhole = bytes.subarray(0, headerBytes).equals(idx.subarray(0, headerBytes));
      const isRevealed = bytes.length !== idx.length || !isHeaderWhole;
      if (!isRevealed) expect(result).not.toBeInstanceOf(Error);
      else if (!(result instanceof Error)) expect(result.shape.reduce((a, b) => a * b)).toBe(pixels.length);
    }
  });

  it("gzipped idx: nothing but what has no meaning goes unnoticed", async () => {
    const files = damagedFiles(gzipSync(idx), "gzip");
    await writeFile(at("idx.gz"), gzipSync(idx));
    const whole = await readIdxFile(at("idx.gz"), 3);
    for (const bytes of files) {
      await writeFile(at("idx.gz"), bytes);
      const result = await attempt(() => readIdxFile(at("idx.gz"), 3));
      if (!(result instanceof Error)) expect(Buffer.from(result.values)).toEqual(Buffer.from(whole.values));
    }
  });

  it("CIFAR-10: other lengths and labels are refused", async () => {
    const records = Uint8Array.from({ length: 2 * 3073 }, (_, index) =>
      index % 3073 === 0 ? 3 : index % 251,
    );
    for (const bytes of damagedFiles(records, "cifar10")) {
      const result = await attempt(() => parseCifar10(bytes, "toy"));
      const isRevealed =
        bytes.length % 3073 !== 0 || bytes.length === 0 || [0, 3073].some((at) => (bytes[at] ?? 0) > 9);
      expect(result instanceof Error).toBe(isRevealed);
    }
  });
});

describe("damaged packs", () => {
  const sizes = { height: 5, width: 5, channels: 1 };
  const count = 8;
  const pixels = Uint8Array.from({ length: count * 25 }, (_, index) => (index * 91) % 256);
  const labels = Array.from({ length: count }, (_, index) => index % 2);
  const store = createImageStore({ name: "toy", count, ...sizes, pixels, labels, labelNames: ["a", "b"] });
  let whole: Buffer;
  beforeAll(async () => {
    await writePack(at("whole.pack"), store, sizes);
    whole = await readFile(at("whole.pack"));
  });

  it.each(["anywhere", "among the pictures"])("%s: each picture is as it was, or refused", async (place) => {
    const records = whole.subarray(48, 48 + pixels.length);
    const files =
      place === "anywhere"
        ? damagedFiles(whole, "pack")
        : damagedFiles(records, "records").map((bytes) =>
            Buffer.concat([whole.subarray(0, 48), bytes, whole.subarray(48 + bytes.length)]),
          );
    let noticed = 0;
    for (const bytes of files) {
      await writeFile(at("toy.pack"), bytes);
      const pack = await attempt(() => openPack(at("toy.pack")));
      if (pack instanceof Error) {
        noticed++;
        continue;
      }
      let refused = 0;
      for (let index = 0; index < count; index++) {
        const picture = await attempt(() => pack.read(index));
        if (picture instanceof Error) refused++;
        else expect(picture.pixels).toEqual(Buffer.from(pixels.subarray(index * 25, index * 25 + 25)));
        expect(pack.label?.(index)).toBe(index % 2);
      }
      await pack.close();
      if (refused > 0) noticed++;
      if (!bytes.equals(whole)) expect(refused).toBeGreaterThan(0);
    }
    expect(noticed).toBe(files.filter((bytes) => !bytes.equals(whole)).length);
  });
});
