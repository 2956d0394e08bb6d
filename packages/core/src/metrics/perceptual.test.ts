import "@gan/backend-ort";
import { useTrainingBackend } from "@gan/test-kit";
import { conv2d, relu, tensor4d, tidy } from "@tensorflow/tfjs-core";
import { beforeAll, describe, expect, it } from "vitest";
import { Random } from "../random/index.js";
import { createLaplacianPyramid, describePatches } from "./laplacian-patches.js";
import { drawPicture } from "./metrics-fixture.test-helper.js";
import { computePerceptualDistance, computePerceptualDiversity } from "./perceptual-distance.js";
import type { PerceptualNetwork } from "./perceptual-network.js";
import { computePixelErrors } from "./pixel-errors.js";
import { computeSlicedWasserstein } from "./sliced-wasserstein.js";

beforeAll(async () => {
  await useTrainingBackend();
});

/** Two layers: the scaled picture itself, and its red channel alone. */
const network: PerceptualNetwork = {
  name: "toy",
  weightsHash: "0",
  channelWeights: [Float32Array.of(1, 2, 3), Float32Array.of(4)],
  activations: (images) => [
    images.clone(),
    tidy(() => relu(conv2d(images, tensor4d([1, 0, 0], [1, 1, 3, 1]), 1, "valid"))),
  ],
  dispose() {},
};

/** Pictures of one pixel. */
const pixels = (...colours: number[][]) => tensor4d(colours.flat(), [colours.length, 1, 1, 3]);

describe("LPIPS", () => {
  it("is its formula by hand", async () => {
    const [one, other] = [
      [0.2, -0.4, 0.6],
      [-0.5, 0.3, 0.1],
    ] as const;
    const scaled = [one, other].map((colour) =>
      colour.map((v, c) => (v - [-0.03, -0.088, -0.188][c]!) / [0.458, 0.448, 0.45][c]!),
    );
    const unit = scaled.map((v) => v.map((x) => x / Math.hypot(...v)));
    let expected = 0;
    for (let c = 0; c < 3; c++) expected += (c + 1) * (unit[0]![c]! - unit[1]![c]!) ** 2;
    // The red channel is above 0 in the first picture only: 1 against 0, weight 4.
    expected += 4;
    const distances = computePerceptualDistance(
      network,
      pixels([...one], [...one]),
      pixels([...other], [...one]),
    );
    const [first, second] = await distances.data();
    expect(first).toBeCloseTo(expected, 5);
    expect(second).toBe(0);
  });

  it("repeats grey, refuses other shapes", async () => {
    const grey = tensor4d([0.3], [1, 1, 1, 1]);
    const distance = computePerceptualDistance(network, grey, tensor4d([-0.3], [1, 1, 1, 1]));
    const coloured = computePerceptualDistance(network, pixels([0.3, 0.3, 0.3]), pixels([-0.3, -0.3, -0.3]));
    expect((await distance.data())[0]).toBeCloseTo((await coloured.data())[0] as number, 6);
    expect(() => computePerceptualDistance(network, grey, pixels([0, 0, 0]))).toThrow(/one shape/);
  });

  it("diversity is 0 for one picture many times, the distance for two kinds", async () => {
    const options = () => ({ pairs: 6, random: new Random(1), batchSize: 4 });
    const constant = async (rows: readonly number[]) => pixels(...rows.map(() => [0.1, 0.2, 0.3]));
    expect((await computePerceptualDiversity(network, 5, constant, options())).mean).toBe(0);
    const two = async (rows: readonly number[]) =>
      pixels(...rows.map((row) => (row ? [0.9, 0, 0] : [-0.9, 0, 0])));
    const measured = await computePerceptualDiversity(network, 2, two, options());
    expect(measured.mean).toBeGreaterThan(1);
    expect(measured.deviation).toBeCloseTo(0, 6);
  });
});

describe("sliced Wasserstein distance", () => {
  const line = (...values: number[]) => ({
    values: Float64Array.from(values),
    count: values.length,
    size: 1,
  });
  it("is the mean difference of sorted values in one dimension, sizes may differ", () => {
    expect(computeSlicedWasserstein(line(3, 1), line(2, 6), { directions: 3 })).toBeCloseTo(2, 12);
    expect(computeSlicedWasserstein(line(0, 3), line(0, 0, 3, 3), { directions: 2 })).toBeCloseTo(0, 12);
    // Quantiles: thirds of 0, 1, 2 against halves of 0, 2: (0 + 1·1/6 + 1·1/6 + 0).
    expect(computeSlicedWasserstein(line(0, 1, 2), line(0, 2), { directions: 2 })).toBeCloseTo(1 / 3, 12);
  });

  it("sees patches: levels of a pyramid add up, equal sets are 0 apart, others are not", () => {
    const flat = { width: 32, height: 32, channels: 1, pixels: new Uint8Array(32 * 32).fill(90) };
    const levels = createLaplacianPyramid(flat);
    expect(levels.map(({ side }) => side)).toEqual([32, 16]);
    expect(Math.max(...(levels[0]?.values ?? []).map(Math.abs))).toBeLessThan(1e-10); // nothing but the mean
    const describe = (seed: number) =>
      describePatches(
        [0, 1].map((shift) => createLaplacianPyramid(drawPicture(32, 32, 3, seed + shift))[0]!),
        64,
        new Random(2),
      );
    const [one, other] = [describe(0), describe(4)];
    expect([one.count, one.size]).toEqual([128, 147]);
    expect(computeSlicedWasserstein(one, one, { directions: 8 })).toBe(0);
    expect(computeSlicedWasserstein(one, other, { directions: 8 })).toBeGreaterThan(0.01);
    expect(() => createLaplacianPyramid(drawPicture(24, 24, 1, 0))).toThrow(/power of two/);
  });
});

it("pixel errors are by hand, PSNR infinite for equal pictures", () => {
  const picture = (...values: number[]) => ({
    width: 2,
    height: 1,
    channels: 1,
    pixels: Uint8Array.from(values),
  });
  const errors = computePixelErrors(picture(0, 255), picture(51, 255));
  expect(errors.l1).toBeCloseTo(0.1, 12);
  expect(errors.l2).toBeCloseTo(0.2 / Math.SQRT2, 12);
  expect(errors.psnr).toBeCloseTo(10 * Math.log10(2 / 0.04), 10);
  expect(computePixelErrors(picture(7, 8), picture(7, 8)).psnr).toBe(Number.POSITIVE_INFINITY);
  expect(() => computePixelErrors(picture(1, 2), { ...picture(1, 2), width: 1, height: 2 })).toThrow(
    /one size/,
  );
});
