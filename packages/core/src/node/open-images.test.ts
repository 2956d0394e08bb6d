import { mkdir, writeFile } from "node:fs/promises";
import { gzipSync } from "node:zlib";
import { beforeAll, describe, expect, it } from "vitest";
import { createImageStore, type DataConfig, dataSchema, type ImageSet } from "../data/index.js";
import { ConfigError, DataError } from "../errors/index.js";
import { readCifar10 } from "./cifar10-files.js";
import { readIdxFile } from "./idx-files.js";
import { type OpenImagesOptions, openImages } from "./open-images.js";
import { createNoise, useFolder } from "./pictures.test-helper.js";
import { writePack } from "./write-pack.js";

const at = useFolder();

beforeAll(async () => {
  await mkdir(at("photos"));
  await createNoise(20, 10, 3).png().toFile(at("photos/a.png"));
});

const store = createImageStore({
  name: "toy",
  count: 2,
  height: 2,
  width: 2,
  channels: 1,
  pixels: Uint8Array.from([1, 2, 3, 4, 5, 6, 7, 8]),
});

const open = (data: Partial<DataConfig>, more: Partial<OpenImagesOptions> = {}) =>
  openImages(dataSchema.parse({ ...data, cacheFolder: at("cache") }), {
    imageSize: 4,
    channels: 1,
    openNamed: async (name): Promise<ImageSet> => {
      if (name === "toy") return store;
      throw new DataError("datasets", `no set named ${name}`);
    },
    ...more,
  });

describe("openImages", () => {
  it("asks a named set for its own options, at the size that parts are cut from", async () => {
    const asked: unknown[] = [];
    const openNamed = async (name: string, options: unknown): Promise<ImageSet> => {
      asked.push([name, options]);
      return store;
    };
    await open({ name: "toy", loadSize: 6, background: "red", options: { count: 3 } }, { openNamed });
    expect(asked).toEqual([["toy", { imageSize: 6, background: "red", count: 3 }]]);
  });

  it("leaves small pictures of a named set as they are", async () => {
    const set = await open({ name: "toy" });
    expect([set.height, set.width, set.channels, set.skipped.count]).toEqual([2, 2, 1, 0]);
    expect(await set.read(1)).toEqual(await store.read(1));
  });

  it("pads, enlarges and reduces them otherwise, and gives them the network's channels", async () => {
    const padded = await open({ name: "toy", background: "white" });
    const border = 255;
    expect([...(await padded.read(1)).pixels]).toEqual([
      ...new Array(5).fill(border),
      ...[5, 6, border, border],
      ...[7, 8, ...new Array(5).fill(border)],
    ]);
    const enlarged = await open({ name: "toy", fit: "stretch" });
    expect((await enlarged.read(1)).height).toBe(4);
    const reduced = await open({ name: "toy" }, { imageSize: 1 });
    expect((await reduced.read(1)).pixels.length).toBe(1);
    expect((await open({ name: "toy" }, { channels: 3 })).channels).toBe(3);
    expect((await open({ name: "toy", loadSize: 5 })).height).toBe(5);
  });

  it("prepares a folder at the size to cut from", async () => {
    const set = await open({ folder: at("photos"), loadSize: 6, crop: "random" }, { channels: "auto" });
    expect([set.height, set.width, set.channels]).toEqual([6, 6, 3]);
    await set.close();
    await expect(open({ folder: at("photos"), minSide: 11 })).rejects.toThrow(
      /none of the 1 pictures.*11 pixels/,
    );
    await expect(open({ folder: at("photos"), labels: "folders" })).rejects.toThrow(/has no label/);
  });

  it("opens a pack, as it is or brought to size", async () => {
    await writePack(at("toy.pack"), store, { height: 2, width: 2, channels: 1 });
    const whole = await open({ folder: at("toy.pack") });
    expect([...(await whole.read(1)).pixels]).toEqual([5, 6, 7, 8]);
    const enlarged = await open({ folder: at("toy.pack"), fit: "stretch" });
    expect((await enlarged.read(1)).pixels.length).toBe(16);
    for (const set of [whole, enlarged]) {
      await set.close();
      await expect(set.read(0)).rejects.toThrow(/toy.pack is closed/);
    }
    await expect(open({ folder: at("toy.pack"), labels: "folders" })).rejects.toThrow(ConfigError);
  });

  it("refuses an unknown name, labels of a named set, and a size to load that is too small", async () => {
    await expect(open({ name: "tyo" })).rejects.toThrow(/no set named tyo/);
    await expect(open({ name: "toy", labels: "folders" })).rejects.toThrow(ConfigError);
    await expect(open({ name: "toy", loadSize: 3 })).rejects.toThrow(ConfigError);
  });
});

describe("idx and CIFAR-10 files", () => {
  const idx = Uint8Array.from([0, 0, 8, 1, 0, 0, 0, 3, 7, 8, 9]);

  it("reads idx, gzipped or not, and names a file that is absent, damaged or of another kind", async () => {
    await writeFile(at("plain"), idx);
    await writeFile(at("packed.gz"), gzipSync(idx));
    await writeFile(at("cut.gz"), gzipSync(idx).subarray(0, -3));
    for (const name of ["plain", "packed.gz"]) {
      expect([...(await readIdxFile(at(name), 1)).values]).toEqual([7, 8, 9]);
    }
    await expect(readIdxFile(at("plain"), 3)).rejects.toThrow(/plain must have 3 dimensions, got 1/);
    for (const name of ["cut.gz", "absent"]) {
      await expect(readIdxFile(at(name), 1)).rejects.toThrow(DataError);
      await expect(readIdxFile(at(name), 1)).rejects.toThrow(name);
    }
  });

  it("puts CIFAR-10's files together", async () => {
    for (const number of [1, 2, 3, 4, 5]) {
      await writeFile(at(`data_batch_${number}.bin`), new Uint8Array(3073).fill(number));
    }
    const set = await readCifar10(at(""));
    expect([set.count, set.label?.(4), set.classNames?.[5]]).toEqual([5, 5, "dog"]);
    expect((await set.read(3)).pixels.every((value) => value === 4)).toBe(true);
    await expect(readCifar10(at(""), "test")).rejects.toThrow(/test_batch.bin: ENOENT.*cifar-10-batches-bin/);
  });
});
