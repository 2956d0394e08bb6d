import { expect, it } from "vitest";
import { listQualityCases } from "../quality/cases.js";
import { readConfig } from "../quality/open-case.js";
import { findVariant, loadBench } from "../variants/find-variants.js";
import { chooseImages, shorten } from "./measure-training.js";

const cases = await listQualityCases();

it("has a short training of every variant whose configuration is right", async () => {
  for (const one of cases) {
    const short = shorten(one);
    expect([one.name, short.images < one.images, short.count <= 400]).toEqual([one.name, true, true]);
    const bench = await loadBench(findVariant(one.gan));
    expect(readConfig(bench, short).training.totalImages).toBeGreaterThan(0);
  }
});

it("takes images, or minutes at the measured rate, or what the variant says", () => {
  const [one] = cases;
  if (one === undefined) throw new Error("there are no cases");
  const budget = { imagesPerSecond: 100, images: undefined, minutes: undefined };
  expect(chooseImages(one, budget)).toBe(one.images);
  expect(chooseImages(one, { ...budget, minutes: 0.5 })).toBe(3008);
  expect(chooseImages(one, { ...budget, minutes: 0.5, images: 7 })).toBe(7);
  expect(() => chooseImages(one, { ...budget, minutes: 1, imagesPerSecond: undefined })).toThrow("--minutes");
});
