import "@gan/backend-ort";
import { useTrainingBackend } from "@gan/test-kit";
import { add, grad, mean, mul, norm, square, type Tensor4D, tensor4d, tidy } from "@tensorflow/tfjs-core";
import { beforeAll, describe, expect, it } from "vitest";
import "../../autodiff/index.js";
import type { FeatureExtractor, ResizeMethod } from "../../metrics/index.js";
import { hashPicture, relativeError } from "../../metrics/networks/hashed-weights.test-helper.js";
import { loadExtractor } from "./load-extractor.js";

const extractors: FeatureExtractor[] = [];
const open = async (resize: ResizeMethod) => {
  const extractor = await loadExtractor("mnist-classifier", { resize });
  extractors.push(extractor);
  return extractor as FeatureExtractor & { embed: NonNullable<FeatureExtractor["embed"]> };
};

beforeAll(async () => {
  await useTrainingBackend();
  return () => {
    for (const extractor of extractors) extractor.dispose();
  };
});

describe("embed", () => {
  it.each([
    ["clean", 20, 31],
    ["clean", 28, 28],
    ["legacy", 64, 19],
  ] as const)("gives extract's features, resized %s from %i × %i", async (resize, width, height) => {
    const extractor = await open(resize);
    const picture = hashPicture("embed", height, width, 1);
    const images = tensor4d(
      Float32Array.from(picture.pixels, (byte) => byte / 127.5 - 1),
      [1, height, width, 1],
    );
    const { features } = await extractor.extract([picture]);
    const embedded = tidy(() => extractor.embed(images)).dataSync<"float32">();
    expect(relativeError(embedded, features)).toBeLessThan(1e-4);
  });

  it("has a gradient by the pictures", async () => {
    const extractor = await open("clean");
    const pixels = hashPicture("gradient", 20, 20, 1).pixels;
    const images = tensor4d(
      Float32Array.from(pixels, (byte) => 0.9 * (byte / 127.5 - 1)),
      [1, 20, 20, 1],
    );
    const measure = (x: Tensor4D) => mean(square(extractor.embed(x)));
    const slope = tidy(() => grad((x) => measure(x as Tensor4D))(images)) as Tensor4D;
    const length = tidy(() => norm(slope).dataSync()[0] as number);
    const [above, below] = [0.02, -0.02].map((step) =>
      tidy(() => measure(add(images, mul(slope, step / length)) as Tensor4D).dataSync()[0] as number),
    );
    // Uphill by a step, and down again.
    expect(length).toBeGreaterThan(0.1);
    expect(Math.abs(((above as number) - (below as number)) / 0.04 - length)).toBeLessThan(0.1 * length);
  });

  it("refuses colour where the network is grey", async () => {
    const extractor = await open("clean");
    expect(() => tidy(() => extractor.embed(tensor4d(new Float32Array(48), [1, 4, 4, 3])))).toThrow(
      "takes pictures of 1 channel, got 3",
    );
  });
});
