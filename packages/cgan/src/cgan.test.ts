import { ConfigError, createInferenceContext, Random, ShapeError } from "@gan/core";
import { useCpuBackend } from "@gan/test-kit";
import { memory, ones, type Tensor4D, tensor2d, tidy } from "@tensorflow/tfjs-core";
import { beforeAll, describe, expect, it } from "vitest";
import { createCgan } from "./cgan.js";

beforeAll(useCpuBackend);

const options = {
  imageSize: 8,
  channels: 1,
  classNames: ["cat", "dog", "7"],
  latentSize: 3,
  generatorFeatures: 4,
  discriminatorFeatures: 4,
  averageHalfLifeImages: 0,
};
const cgan = createCgan({ ...options, seed: 1 });
const sample = (request: Parameters<typeof cgan.sample>[0], seed = 2) =>
  tidy(() =>
    cgan
      .sample(request, createInferenceContext(new Random(seed)))
      .dataSync<"float32">()
      .slice(),
  );

describe("classes", () => {
  it("go by name and number, in turn unless chosen", () => {
    const given = cgan.condition(["cat", 1, "7"]);
    expect([...given.dataSync()]).toEqual([0, 1, 2]);
    expect(sample({ count: 3, condition: given })).toEqual(sample({ count: 3 }));
    given.dispose();
  });

  it("that are unknown are answered with those that are known", () => {
    expect(() => cgan.classNumber("cow")).toThrow(ConfigError);
    expect(() => cgan.classNumber("cow")).toThrow(/0 cat, 1 dog, 2 7/);
    expect(() => cgan.condition([3])).toThrow(/no class 3/);
  });

  it("can be mixed: whole weights are the class, halves lie between", () => {
    const ofWeights = (weights: number[]) =>
      tidy(() => sample({ count: 1, condition: tensor2d([weights], [1, 3]) }));
    expect(ofWeights([0, 1, 0])).toEqual(tidy(() => sample({ count: 1, condition: cgan.condition([1]) })));
    expect(ofWeights([0.5, 0.5, 0])).not.toEqual(ofWeights([1, 0, 0]));
  });

  it("of the wrong shape are refused", () => {
    const condition = tensor2d([[1, 0]]);
    expect(() => sample({ count: 1, condition })).toThrow(ShapeError);
  });
});

describe("truncation", () => {
  it("of 0 leaves one picture for each class", () => {
    const pixels = 64;
    const values = sample({ count: 6, truncation: 0 });
    expect(values.slice(0, pixels)).toEqual(values.slice(3 * pixels, 4 * pixels));
    expect(values.slice(0, pixels)).not.toEqual(values.slice(pixels, 2 * pixels));
  });
});

describe("discriminate", () => {
  it("judges each picture by its class, leaving no tensors", () => {
    const images = ones([2, 8, 8, 1]) as Tensor4D;
    const condition = cgan.condition(["cat", "dog"]);
    const before = memory().numTensors;
    const judged = cgan.discriminate(images, condition);
    const [cat, dog] = judged.dataSync() as unknown as [number, number];
    judged.dispose();
    expect(memory().numTensors).toBe(before);
    expect(cat).toBeGreaterThan(0);
    expect(cat).toBeLessThan(1);
    expect(cat).not.toBe(dog);
    expect(cgan.featureMaps(images, condition).map(({ shape }) => shape)).toEqual([[2, 4, 4, 4]]);
    expect(() => cgan.discriminate(ones([1, 9, 9, 1]), condition)).toThrow(/8×8/);
  });
});
