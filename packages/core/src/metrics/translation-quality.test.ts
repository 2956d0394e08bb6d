import { describe, expect, it } from "vitest";
import type { PixelImage } from "../data/index.js";
import { DataError } from "../errors/index.js";
import { Random } from "../random/index.js";
import type { FeatureExtractor } from "./feature-extractor.js";
import { computeMultiScaleSimilarity } from "./structural-similarity.js";
import { computeTranslationQuality } from "./translation-quality.js";

const draw = (seed: number, shift = 0): PixelImage => {
  const random = new Random(seed);
  const pixels = Uint8Array.from({ length: 16 * 16 }, () => random.integer(200) + shift);
  return { width: 16, height: 16, channels: 1, pixels };
};

/** Its features are the first two pixels. */
const extractor: FeatureExtractor = {
  name: "corner",
  weightsHash: "",
  resize: "none",
  inputSize: 16,
  channels: 1,
  featureCount: 2,
  classCount: 0,
  batchSize: 2,
  extract: async (pictures) => ({
    features: Float32Array.from(pictures.flatMap(({ pixels }) => [...pixels.subarray(0, 2)])),
  }),
  dispose() {},
};

describe("computeTranslationQuality", () => {
  it("is perfect for equal pictures", async () => {
    const pictures = [draw(1), draw(2), draw(3)];
    const quality = await computeTranslationQuality(pictures, pictures, extractor);
    expect(quality).toMatchObject({ pairs: 3, l1: 0, psnr: 100, featureDistance: 0, extractor: "corner" });
    expect(quality.ssim).toBeCloseTo(1, 10);
    expect(quality.frechetDistance).toBeCloseTo(0, 6);
  });

  it("averages over pairs: by hand for a shift of ten", async () => {
    const [targets, shifted] = [
      [draw(1), draw(2), draw(3)],
      [draw(1, 10), draw(2, 10), draw(3)],
    ];
    const quality = await computeTranslationQuality(shifted, targets, extractor);
    expect(quality.l1).toBeCloseTo((2 * 10) / 255 / 3, 10);
    expect(quality.psnr).toBeCloseTo((2 * 20 * Math.log10(25.5) + 100) / 3, 8);
    expect(quality.ssim).toBeLessThan(1);
    expect(quality.featureDistance).toBeCloseTo((2 * Math.hypot(10, 10)) / 3, 5);
    expect(await computeTranslationQuality(shifted, targets)).not.toHaveProperty("featureDistance");
  });

  it("adds the similarity at five scales where pictures are large enough", async () => {
    const draw = (side: number, shift: number): PixelImage => {
      const random = new Random(side);
      const pixels = Uint8Array.from({ length: side * side }, () => random.integer(200) + shift);
      return { width: side, height: side, channels: 1, pixels };
    };
    const [one, other] = [draw(176, 0), draw(176, 30)];
    const { msSsim, ssim } = await computeTranslationQuality([one, one], [one, other]);
    expect(msSsim).toBeCloseTo((1 + computeMultiScaleSimilarity(one, other)) / 2, 10);
    expect(msSsim).not.toBe(ssim);
    const small = [draw(175, 0)];
    expect(await computeTranslationQuality(small, small)).not.toHaveProperty("msSsim");
  });

  it("refuses lists that do not match", async () => {
    await expect(computeTranslationQuality([draw(1)], [])).rejects.toThrow(DataError);
    await expect(computeTranslationQuality([], [])).rejects.toThrow(/at least one/);
  });
});
