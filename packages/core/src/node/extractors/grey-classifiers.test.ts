import "@gan/backend-ort";
import { readFile } from "node:fs/promises";
import { useTrainingBackend } from "@gan/test-kit";
import { beforeAll, describe, expect, it } from "vitest";
import { hashPicture } from "../../metrics/networks/hashed-weights.test-helper.js";
import { decodePicture } from "../decode-picture.js";
import { loadExtractor } from "./load-extractor.js";

const fixtures = new URL("../../../fixtures/metrics/", import.meta.url);
const weights = new URL("../../../weights/", import.meta.url);
const readJson = async (url: URL) => JSON.parse(await readFile(url, "utf8"));

beforeAll(async () => {
  await useTrainingBackend();
});

/** The first 64 test pictures, one under the other: make-classifier-fixture.py. */
async function readPictures(name: string) {
  const shape = { height: 64 * 28, width: 28, channels: 1 } as const;
  const { pixels } = await decodePicture(await readFile(new URL(`${name}.png`, fixtures)), name, shape);
  return Array.from({ length: 64 }, (_, index) => ({
    width: 28,
    height: 28,
    channels: 1,
    pixels: pixels.subarray(index * 784, (index + 1) * 784),
  }));
}

describe.each([
  ["mnist-classifier", 0.992, 62],
  ["fashion-classifier", 0.91, 57],
])("%s", (name, accuracy, right) => {
  it("is the one that its training measured, on the whole test set", async () => {
    const result = await readJson(new URL(`${name}.json`, weights));
    const extractor = await loadExtractor(name);
    expect(extractor.weightsHash).toBe(result.weightsHash);
    extractor.dispose();
    expect(result.testPictures).toBe(10_000);
    expect(result.testAccuracy).toBeGreaterThanOrEqual(accuracy);
    expect(result.bytes).toBeLessThan(400_000);
  });

  it("tells the first test pictures apart", async () => {
    const labels: number[] = (await readJson(new URL("classifier-labels.json", fixtures)))[name];
    const extractor = await loadExtractor(name);
    const { logits = new Float32Array(), features } = await extractor.extract(await readPictures(name));
    expect(features.length).toBe(64 * 128);
    const found = labels.map((_, row) => {
      const own = logits.subarray(row * 10, row * 10 + 10);
      return own.indexOf(Math.max(...own));
    });
    expect(found.filter((label, row) => label === labels[row]).length).toBeGreaterThanOrEqual(right);
    await expect(extractor.extract([hashPicture("colour", 28, 28)])).rejects.toThrow(
      /takes pictures of 1 channel, got 3\. Open them/,
    );
    extractor.dispose();
  });
});
