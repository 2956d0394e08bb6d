import { multiplyDoubles } from "@gan/backend-ort";
import { describe, expect, it } from "vitest";
import { Random } from "../random/index.js";
import { computeStatistics } from "./feature-statistics.js";
import { computeFrechetDistance } from "./frechet-distance.js";
import { computeInceptionScore } from "./inception-score.js";
import { computeKernelDistance } from "./kernel-distance.js";
import { multiplyPortably } from "./matrix-product.js";
import { decodeFeatures, drawPicture, fixture } from "./metrics-fixture.test-helper.js";
import { computePixelErrors } from "./pixel-errors.js";
import { computePrecisionRecall } from "./precision-recall.js";
import { computeMultiScaleSimilarity, computeStructuralSimilarity } from "./structural-similarity.js";

const [first] = fixture.frechet as [(typeof fixture.frechet)[number]];
const real = decodeFeatures(first.real, first.size);
const fake = decodeFeatures(first.fake, first.size);
const relative = (value: number, expected: number) => Math.abs(value / expected - 1);

describe.each([
  ["ONNX Runtime", multiplyDoubles],
  ["plain JavaScript", multiplyPortably],
] as const)("with products by %s", (_, multiply) => {
  it.each(fixture.frechet)("FID of $name is that of pytorch-fid, clean-fid and torch-fidelity", (given) => {
    const statistics = [given.real, given.fake].map((text) =>
      computeStatistics(decodeFeatures(text, given.size), { multiply }),
    );
    const [one, other] = statistics as [(typeof statistics)[0], (typeof statistics)[0]];
    const fid = computeFrechetDistance(one, other, { multiply });
    expect(relative(fid, given.singularValues)).toBeLessThan(1e-6);
    expect(relative(fid, given.pytorchFid)).toBeLessThan(1e-6);
    expect(relative(fid, given.cleanFid)).toBeLessThan(1e-6);
    expect(relative(fid, given.torchFidelity)).toBeLessThan(1e-6);
    expect(computeFrechetDistance(other, one, { multiply })).toBeCloseTo(fid, 5);
    expect(Math.abs(computeFrechetDistance(one, one, { multiply }))).toBeLessThan(1e-5);
  });

  it("KID is torch-fidelity's on its subsets", () => {
    const { rows, mean, deviation } = fixture.kid;
    const kid = computeKernelDistance(real, fake, { rows, multiply });
    expect(kid).toMatchObject({ subsets: 8, subsetSize: 30 });
    expect(Math.abs(kid.mean - mean)).toBeLessThan(1e-6);
    expect(Math.abs(kid.deviation - deviation)).toBeLessThan(1e-6);
  });

  it("precision and recall are torch-fidelity's, density and coverage those of their definition", () => {
    const measured = computePrecisionRecall(real, fake, { multiply });
    for (const name of ["precision", "recall", "density", "coverage"] as const) {
      expect(Math.abs(measured[name] - fixture.prdc[name])).toBeLessThan(1e-6);
    }
  });
});

it("the inception score is torch-fidelity's in its order", () => {
  const { logits, size, order, mean, deviation } = fixture.is;
  const score = computeInceptionScore(decodeFeatures(logits, size), { splits: 4, order });
  expect(Math.abs(score.mean - mean)).toBeLessThan(1e-6);
  expect(Math.abs(score.deviation - deviation)).toBeLessThan(1e-6);
});

it.each(fixture.pictures)(
  "SSIM and PSNR at $height×$width×$channels are scikit-image's and torchmetrics'",
  (given) => {
    const [one, other] = [0, 1].map((seed) =>
      drawPicture(given.height, given.width, given.channels, seed),
    ) as [ReturnType<typeof drawPicture>, ReturnType<typeof drawPicture>];
    expect(Math.abs(computeStructuralSimilarity(one, other) - given.ssim)).toBeLessThan(1e-5);
    const mirrored = computeStructuralSimilarity(one, other, { windows: "mirrored" });
    expect(Math.abs(mirrored - given.ssimTorchmetrics)).toBeLessThan(1e-5);
    expect(Math.abs(computePixelErrors(one, other).psnr - given.psnr)).toBeLessThan(1e-9);
    expect(computeStructuralSimilarity(one, one)).toBeCloseTo(1, 12);
    if (given.msSsim !== undefined) {
      const msSsim = computeMultiScaleSimilarity(one, other, { windows: "mirrored" });
      expect(Math.abs(msSsim - given.msSsim)).toBeLessThan(1e-5);
      expect(Math.abs(computeMultiScaleSimilarity(one, other) - given.msSsim)).toBeLessThan(1e-3);
    }
  },
);

it("draws KID's subsets by its seed", () => {
  const draw = (seed: number) =>
    computeKernelDistance(real, fake, { subsetSize: 30, subsets: 4, random: new Random(seed) }).mean;
  expect(draw(3)).toBe(draw(3));
  expect(draw(4)).not.toBe(draw(3));
});
