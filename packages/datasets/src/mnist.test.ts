import { describe, expect, it } from "vitest";
import { loadMnist } from "./mnist.js";
import { openDataset } from "./open-dataset.js";

/** How often each digit occurs, as published with the data set. */
const trainCounts = [5923, 6742, 5958, 6131, 5842, 5421, 5918, 6265, 5851, 5949];

describe("loadMnist", () => {
  it("reads the 60,000 training digits with their labels", async () => {
    const store = await loadMnist();
    expect([store.count, store.height, store.width, store.channels]).toEqual([60_000, 28, 28, 1]);
    const counts = new Array<number>(10).fill(0);
    for (const label of Array.from(store.labels ?? [])) counts[label] = (counts[label] ?? 0) + 1;
    expect(counts).toEqual(trainCounts);
    const mean = store.pixels.reduce((sum, value) => sum + value, 0) / store.pixels.length / 255;
    expect(mean).toBeCloseTo(0.1307, 4); // the published mean of the training set
  });

  it("reads the 10,000 test digits, which begin with 7, 2, 1, 0, 4", async () => {
    const store = await openDataset("mnist-test");
    expect(store.count).toBe(10_000);
    expect([0, 1, 2, 3, 4].map((index) => store.label?.(index))).toEqual([7, 2, 1, 0, 4]);
  });
});
