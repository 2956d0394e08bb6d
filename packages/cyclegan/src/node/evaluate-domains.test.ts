import {
  createImageStore,
  createInferenceContext,
  type FeatureExtractor,
  Random,
  type SizedImageSet,
} from "@gan/core";
import { useCpuBackend } from "@gan/test-kit";
import { neg, type Tensor4D } from "@tensorflow/tfjs-core";
import { beforeAll, describe, expect, it } from "vitest";
import { createCycleGan } from "../cyclegan.js";
import { evaluateDomains } from "./evaluate-domains.js";

beforeAll(useCpuBackend);

/** Pictures of one shade each. */
const createSet = (name: string, shades: number[]): SizedImageSet =>
  createImageStore({
    name,
    count: shades.length,
    height: 16,
    width: 16,
    channels: 1,
    pixels: Uint8Array.from(shades.flatMap((shade) => Array<number>(256).fill(shade))),
  });

/** Inverts, either way. */
const model = {
  ...createCycleGan({
    imageSize: 32,
    channels: 1,
    generatorFeatures: 1,
    discriminatorFeatures: 1,
    discriminatorLayers: 1,
    residualBlocks: 1,
    poolSize: 0,
  }),
  translate: (images: Tensor4D) => neg(images),
};
const ctx = createInferenceContext(new Random(1));

/** Features of a shade, and how many pictures were looked at. */
function createExtractor() {
  const counter = { seen: 0 };
  const extractor: FeatureExtractor = {
    name: "first-pixel",
    weightsHash: "",
    resize: "none",
    inputSize: 16,
    channels: 1,
    featureCount: 2,
    classCount: 0,
    batchSize: 2,
    async extract(pictures) {
      counter.seen += pictures.length;
      return { features: Float32Array.from(pictures.flatMap(({ pixels }) => [pixels[0] as number, 1])) };
    },
    dispose() {},
  };
  return { extractor, counter };
}

describe("evaluateDomains", () => {
  it("compares translations and untranslated pictures with their hidden partners, both ways", async () => {
    // B holds the inverse of A's pictures, in another order.
    const sets = { a: createSet("a", [10, 20, 30]), b: createSet("b", [225, 245, 235]) };
    const quality = await evaluateDomains(model, sets, { ctx, partners: [1, 2, 0] });
    for (const direction of ["a2b", "b2a"] as const) {
      const { cycle, translated, untranslated } = quality[direction];
      expect([cycle.l1, translated?.l1]).toEqual([0, 0]);
      expect(untranslated?.l1).toBeCloseTo((235 + 215 + 195) / 3 / 255, 6);
    }
  });

  it("measures in an extractor's features, of each picture once", async () => {
    const sets = { a: createSet("a", [10, 20, 30]), b: createSet("b", [225, 245, 235]) };
    const { extractor, counter } = createExtractor();
    const quality = await evaluateDomains(model, sets, { ctx, extractor, partners: [1, 2, 0] });
    const { translated, untranslated } = quality.a2b;
    expect(translated).toMatchObject({ extractor: "first-pixel", featureDistance: 0 });
    expect(untranslated?.featureDistance).toBeCloseTo((235 + 215 + 195) / 3, 4);
    expect(counter.seen).toBe(6 + 6 + 6); // both domains, both ways, and back
  });

  it("tells how far translations are from the domain that was trained on, beside its own pictures", async () => {
    // A is dark and B light; what is held out of B is a little lighter than what was trained on.
    const sets = { a: createSet("a", [10, 30]), b: createSet("b", [228, 248]) };
    const trained = { a: createSet("trained a", [10, 30]), b: createSet("trained b", [225, 245, 225, 245]) };
    const { extractor } = createExtractor();
    const heard: string[] = [];
    const options = { ctx, extractor, trained, cache: false as const };
    const onWarning = (warning: string) => void heard.push(warning);
    const { a2b, b2a } = await evaluateDomains(model, sets, { ...options, onWarning });
    expect(heard.filter((warning) => warning.startsWith("only 2 generated pictures"))).toHaveLength(1);
    expect(Object.keys(a2b)).toEqual(["cycle", "domain"]);
    // Squared difference of the means, and of deviations over n - 1: 2 of 14.1, 4 of 11.5.
    const spread = (14.142 - 11.547) ** 2;
    expect(a2b.domain?.translated.fid).toBeCloseTo(spread, 1);
    expect(a2b.domain?.real.fid).toBeCloseTo(3 ** 2 + spread, 1);
    expect(a2b.domain?.untranslated.fid).toBeCloseTo(215 ** 2 + spread, 1);
    expect(b2a.domain?.translated.fid).toBeCloseTo(3 ** 2, 4);
    expect(b2a.domain?.real.fid).toBeCloseTo(0, 4);
    expect(a2b.domain?.untranslated.kid).toBeGreaterThan(a2b.domain?.translated.kid ?? Number.NaN);
    const without = await evaluateDomains(model, sets, { ctx, trained });
    expect(without.a2b).not.toHaveProperty("domain");
    const single = { ...sets, b: createSet("b", [228]) };
    const { a2b: few } = await evaluateDomains(model, single, options);
    expect(few.cycle.pairs).toBe(2);
    expect(few).not.toHaveProperty("domain");
  });

  it("tells the cycle alone where no partners are known, and needs pictures", async () => {
    const sets = { a: createSet("a", [10]), b: createSet("b", [20, 30]) };
    const quality = await evaluateDomains(model, sets, { ctx });
    expect(Object.keys(quality.a2b)).toEqual(["cycle"]);
    expect(quality.b2a.cycle.pairs).toBe(2);
    await expect(evaluateDomains(model, undefined, { ctx })).rejects.toThrow(/testA and testB/);
  });
});
