import { mkdirSync } from "node:fs";
import { join } from "node:path";
import { gzipSync } from "node:zlib";
import { afterEach, describe, expect, it, vi } from "vitest";
import { openDataset } from "./open-dataset.js";
import { createTemporaryFolder, writeFiles } from "./packages.test-helper.js";

const folder = createTemporaryFolder();

/** An idx file of bytes. */
function idx(shape: readonly number[], values: readonly number[]): Buffer {
  const header = Buffer.alloc(4 + 4 * shape.length);
  header[2] = 8;
  header[3] = shape.length;
  for (const [axis, size] of shape.entries()) header.writeUInt32BE(size, 4 + 4 * axis);
  return Buffer.concat([header, Buffer.from(values)]);
}

afterEach(() => vi.unstubAllEnvs());

describe("fashion-mnist", () => {
  const files = join(folder, "fashion");
  writeFiles(files, {
    "train-images-idx3-ubyte.gz": gzipSync(idx([3, 1, 2], [1, 2, 3, 4, 5, 6])),
    "train-labels-idx1-ubyte.gz": gzipSync(idx([3], [9, 0, 2])),
    "t10k-images-idx3-ubyte": idx([1, 1, 2], [7, 8]),
    "t10k-labels-idx1-ubyte": idx([1], [1]),
  });

  it("reads gzipped and plain idx files from a folder", async () => {
    const set = await openDataset("fashion-mnist", { folder: files });
    expect([set.count, set.classNames?.[set.label?.(0) as number]]).toEqual([3, "ankle-boot"]);
    expect([...(await set.read(1)).pixels]).toEqual([3, 4]);
  });

  it("finds the folder in the environment, and joins both parts", async () => {
    vi.stubEnv("GAN_FASHION_MNIST", files);
    expect((await openDataset("fashion-mnist-test")).label?.(0)).toBe(1);
    const all = await openDataset("fashion-mnist", { split: "all" });
    expect([all.count, all.label?.(2), all.label?.(3)]).toEqual([4, 2, 1]);
    expect([...(await all.read(3)).pixels]).toEqual([7, 8]);
    expect(all.describe(3)).toContain("test");
    await expect(all.read(4)).rejects.toThrow(/0 to 3, got 4/);
  });

  it("names a file that is absent, and labels that are none", async () => {
    const absent = openDataset("fashion-mnist", { folder });
    await expect(absent).rejects.toThrow(/train-images-idx3-ubyte\(\.gz\) does not exist.*GAN_FASHION_MNIST/);
    const wrong = join(folder, "wrong");
    writeFiles(wrong, {
      "t10k-images-idx3-ubyte": idx([1, 1, 2], [7, 8]),
      "t10k-labels-idx1-ubyte": idx([1], [10]),
    });
    await expect(openDataset("fashion-mnist-test", { folder: wrong })).rejects.toThrow(
      /labels under 10, got 10/,
    );
  });
});

describe("cifar10", () => {
  it("reads the binary files, also below the folder that the archive unpacks to", async () => {
    const unpacked = join(folder, "cifar", "cifar-10-batches-bin");
    const record = (label: number) =>
      Buffer.concat([
        Buffer.from([label]),
        Buffer.alloc(1024, 10 + label),
        Buffer.alloc(1024, 20),
        Buffer.alloc(1024, 30),
      ]);
    writeFiles(unpacked, { "test_batch.bin": Buffer.concat([record(3), record(9)]) });
    const set = await openDataset("cifar10-test", { folder: join(folder, "cifar") });
    expect([set.count, set.classNames?.[set.label?.(1) as number]]).toEqual([2, "truck"]);
    expect([...(await set.read(1)).pixels.subarray(0, 6)]).toEqual([19, 20, 30, 19, 20, 30]);
  });

  it("says what to do when no folder is known or it holds none", async () => {
    vi.stubEnv("GAN_CIFAR10", "");
    await expect(openDataset("cifar10")).rejects.toThrow(/none is known.*GAN_CIFAR10/);
    mkdirSync(join(folder, "empty"));
    await expect(openDataset("cifar10", { folder: join(folder, "empty") })).rejects.toThrow(
      /empty holds none/,
    );
  });
});
