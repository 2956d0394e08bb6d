import { createInferenceContext, type ImageBatch, Random, Trainer } from "@gan/core";
import { useCpuBackend } from "@gan/test-kit";
import { memory, tensor4d } from "@tensorflow/tfjs-core";
import { beforeAll, describe, expect, it } from "vitest";
import { createDcgan } from "./dcgan.js";

beforeAll(useCpuBackend);

const options = {
  imageSize: 8,
  channels: 1,
  latentSize: 4,
  generatorFeatures: 4,
  discriminatorFeatures: 4,
  averageHalfLifeImages: 0,
};

/** Pictures of one bright row each. */
function createBatch(random: Random): ImageBatch {
  const values = new Float32Array(8 * 64).fill(-1);
  for (let image = 0; image < 8; image++) {
    const start = image * 64 + 8 * random.integer(8);
    values.fill(1, start, start + 8);
  }
  return { images: tensor4d(values, [8, 8, 8, 1]) };
}

describe("createDcgan", () => {
  it("starts at the loss of a discriminator that cannot tell: ln 2 per term, about", () => {
    const trainer = new Trainer(createDcgan({ ...options, seed: 1 }), new Random(1));
    const { losses, reports } = trainer.step(createBatch(new Random(1)), 8);
    expect(reports.realProbability).toBeCloseTo(0.5, 1);
    expect(reports.fakeProbability).toBeCloseTo(0.5, 1);
    expect(reports.accuracy).toBeGreaterThan(0);
    expect(Object.keys(losses)).toEqual([
      "discriminator.real",
      "discriminator.fake",
      "generator.adversarial",
    ]);
    for (const value of Object.values(losses)) expect(value).toBeCloseTo(Math.LN2, 1);
  });

  it("learns to tell real from generated when the generator hardly moves", () => {
    const settings = { ...options, generatorLearningRate: 1e-9, discriminatorLearningRate: 1e-2, seed: 1 };
    const trainer = new Trainer(createDcgan(settings), new Random(1));
    const random = new Random(2);
    let losses: Record<string, number> = {};
    for (let step = 0; step < 80; step++) {
      const batch = createBatch(random);
      ({ losses } = trainer.step(batch, 8));
      batch.images.dispose();
    }
    expect(losses["discriminator.real"]).toBeLessThan(0.2);
    expect(losses["discriminator.fake"]).toBeLessThan(0.2);
    expect(losses["generator.adversarial"]).toBeGreaterThan(2);
  });

  it.each([
    ["generator", "discriminator"],
    ["discriminator", "generator"],
  ] as const)("moves the %s by its own learning rate, not by that of the %s", (moving, still) => {
    const rates = { generatorLearningRate: 1e-9, discriminatorLearningRate: 1e-9 };
    const dcgan = createDcgan({ ...options, ...rates, [`${moving}LearningRate`]: 1e-2, seed: 1 });
    const read = (network: "generator" | "discriminator") =>
      [...dcgan.networks[network].namedParameters().values()].map((variable) => variable.dataSync().slice());
    const before = { generator: read("generator"), discriminator: read("discriminator") };
    new Trainer(dcgan, new Random(1)).step(createBatch(new Random(1)), 8);
    // The first step of Adam has the size of the learning rate.
    const moved = (network: "generator" | "discriminator") =>
      read(network).map((values, index) =>
        Math.max(
          ...values.map((value, place) => Math.abs(value - (before[network][index]?.[place] as number))),
        ),
      );
    for (const distance of moved(moving)) expect(distance).toBeCloseTo(1e-2, 3);
    for (const distance of moved(still)) expect(distance).toBeLessThan(1e-6);
  });

  it("repeats itself for a seed, weights and samples", () => {
    const sample = (seed: number) => {
      const dcgan = createDcgan({ ...options, seed });
      new Trainer(dcgan, new Random(seed)).step(createBatch(new Random(1)), 8);
      return [...dcgan.sample({ count: 2 }, createInferenceContext(new Random(5))).dataSync()];
    };
    expect(sample(1)).toEqual(sample(1));
    expect(sample(1)).not.toEqual(sample(2));
  });

  it.each(["least-squares", "wasserstein"] as const)("judges by what scores mean with %s", (loss) => {
    const dcgan = createDcgan({
      ...options,
      stabilisers: { loss, ...(loss === "wasserstein" && { r1: 1 }) },
    });
    const { images } = createBatch(new Random(1));
    if (loss === "wasserstein") expect(() => dcgan.discriminate(images)).toThrow(/no probabilities/);
    else expect(Math.max(...dcgan.discriminate(images).dataSync())).toBeLessThan(0.2); // scores begin at 0
  });

  it("samples from uniform latents where it trains on them", () => {
    const asked: string[] = [];
    const dcgan = createDcgan({ ...options, stabilisers: { latents: "uniform" } });
    const ctx = createInferenceContext(new Random(1));
    const listening = {
      ...ctx,
      uniform(shape: readonly number[], name?: string) {
        asked.push(shape.join("x"));
        return ctx.uniform(shape, name);
      },
    };
    dcgan.sample({ count: 3 }, listening).dispose();
    expect(asked).toEqual(["3x4"]);
  });

  it("samples pictures that are the caller's and nothing else", () => {
    const dcgan = createDcgan(options);
    const before = memory().numTensors;
    const images = dcgan.sample({ count: 3 }, createInferenceContext(new Random(1)));
    expect(images.shape).toEqual([3, 8, 8, 1]);
    expect(memory().numTensors).toBe(before + 1);
    images.dispose();
  });

  it("gives each picture its probability of being real, and what the discriminator sees in it", () => {
    const dcgan = createDcgan({ ...options, discriminatorLearningRate: 1e-2, seed: 1 });
    const trainer = new Trainer(dcgan, new Random(1));
    const random = new Random(2);
    for (let step = 0; step < 60; step++) trainer.step(createBatch(random), 8);
    const before = memory().numTensors;
    const real = createBatch(random).images;
    const noise = tensor4d(random.normals(8 * 64).map(Math.tanh), [8, 8, 8, 1]);
    const [ofReal, ofNoise] = [dcgan.discriminate(real), dcgan.discriminate(noise)];
    expect(ofReal.shape).toEqual([8]);
    expect(Math.min(...ofReal.dataSync())).toBeGreaterThan(Math.max(...ofNoise.dataSync()));
    for (const value of [...ofReal.dataSync(), ...ofNoise.dataSync()]) {
      expect(value).toBeGreaterThanOrEqual(0);
      expect(value).toBeLessThanOrEqual(1);
    }
    const maps = dcgan.featureMaps(real);
    expect(maps.map(({ shape }) => shape)).toEqual([[8, 4, 4, 4]]);
    for (const tensor of [real, noise, ofReal, ofNoise, ...maps]) tensor.dispose();
    expect(memory().numTensors).toBe(before);
    expect(() => dcgan.discriminate(tensor4d([0], [1, 1, 1, 1]))).toThrow(/pictures of 8×8, got 1×1/);
  });
});
