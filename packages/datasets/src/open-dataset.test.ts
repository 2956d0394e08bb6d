import { join } from "node:path";
import { DataError } from "@gan/core";
import { describe, expect, it } from "vitest";
import { datasetNames, datasets, openDataset, openPairs } from "./open-dataset.js";
import { createHalfTransparent, createTemporaryFolder, writeFiles } from "./packages.test-helper.js";

const folder = createTemporaryFolder();

describe("openDataset", () => {
  it("names the sets it knows when asked for another", async () => {
    await expect(openDataset("toString")).rejects.toThrow(DataError);
    await expect(openDataset("minst")).rejects.toThrow(/no data set named minst.*mnist, mnist-test/);
    await expect(openDataset("image-folder-test")).rejects.toThrow(/no data set named/);
  });

  it("refuses a set of another kind and names those that fit", async () => {
    await expect(openPairs("mnist")).rejects.toThrow(/mnist holds images, but pairs.*openmoji-pairs/);
  });

  it("refuses two splits at once", async () => {
    await expect(openDataset("mnist-test", { split: "train" })).rejects.toThrow(
      /test split, got the split train/,
    );
  });

  it("opens a folder of pictures", async () => {
    writeFiles(join(folder, "pictures"), { "a.png": await createHalfTransparent("red") });
    expect((await openDataset("image-folder", { folder: join(folder, "pictures") })).count).toBe(1);
    await expect(openDataset("image-folder")).rejects.toThrow(/needs a folder.*got no folder/);
  });
});

describe("datasets", () => {
  it("describes every set by a name of its own, a licence and how to get it", () => {
    const names = datasets.descriptions.map(({ name }) => name);
    expect(new Set(names).size).toBe(names.length);
    for (const { licence, install } of datasets.descriptions) {
      expect(licence).not.toBe("");
      expect(install).toMatch(/npm install|GAN_|nothing/);
    }
    expect(datasetNames).toContain("noto-test");
    expect(datasetNames).not.toContain("openmoji-pairs");
  });

  it("knows what is installed", () => {
    expect(datasets.isInstalled("mnist")).toBe(true);
    expect(() => datasets.isInstalled("minst")).toThrow(DataError);
  });
});
