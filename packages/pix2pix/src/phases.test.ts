import { createInferenceContext, type PairBatch, Random } from "@gan/core";
import { createTrainingContext, useCpuBackend } from "@gan/test-kit";
import { memory, type Scalar, tensor4d, tidy } from "@tensorflow/tfjs-core";
import { beforeAll, describe, expect, it } from "vitest";
import { createPix2Pix } from "./pix2pix.js";

beforeAll(useCpuBackend);

const tiny = {
  imageSize: 32,
  generatorFeatures: 2,
  discriminatorFeatures: 2,
  discriminatorLayers: 1,
  dropoutRate: 0,
};
const random = new Random(5);
const createBatch = (count = 2): PairBatch => {
  const draw = () => tensor4d(random.normals(count * 3072).map(Math.tanh), [count, 32, 32, 3]);
  return { input: draw(), target: draw() };
};
const read = (value: Scalar | undefined) => value?.dataSync()[0] as number;

describe("phases", () => {
  it("halve the discriminator's loss and weigh L1 by 100", () => {
    const { phases, networks } = createPix2Pix(tiny);
    const batch = createBatch();
    tidy(() => {
      const ctx = createTrainingContext();
      const [discriminator, generator] = phases.map((phase) => phase.losses(batch, ctx));
      // Fresh scores are near zero, where each half of binary cross-entropy is ln 2.
      expect(read(discriminator?.real)).toBeCloseTo(Math.LN2 / 2, 1);
      expect(read(discriminator?.fake)).toBeCloseTo(Math.LN2 / 2, 1);
      expect(read(generator?.adversarial)).toBeCloseTo(Math.LN2, 1);
      const translated = networks.generator
        .forward(batch.input, createTrainingContext())
        .dataSync<"float32">();
      const target = batch.target.dataSync<"float32">();
      const difference = translated.reduce(
        (sum, value, place) => sum + Math.abs(value - (target[place] as number)),
        0,
      );
      expect(read(generator?.reconstruction) / 100).toBeCloseTo(difference / target.length, 4);
      expect(ctx.reports.reconstruction).toBeCloseTo(difference / target.length, 4);
    });
  });

  it("halve least squares once", () => {
    const { phases } = createPix2Pix({ ...tiny, stabilisers: { loss: "least-squares" } });
    tidy(() => {
      const terms = phases[0]?.losses(createBatch(), createTrainingContext());
      expect(read(terms?.real)).toBeCloseTo(0.5, 0); // fresh scores are near zero
      expect(read(terms?.fake)).toBeCloseTo(0, 1);
    });
  });

  it("judge pairs: another input changes the scores of the same output", () => {
    const { phases } = createPix2Pix(tiny);
    tidy(() => {
      const [batch, other] = [createBatch(), createBatch()];
      const real = (input: PairBatch["input"]) =>
        read(phases[0]?.losses({ ...batch, input }, createTrainingContext()).real);
      expect(real(batch.input)).not.toBe(real(other.input));
    });
  });

  it("follow the decay of the learning rate", () => {
    const { phases } = createPix2Pix({ ...tiny, decay: { fromImages: 10, toImages: 20 } });
    for (const { optimizer } of phases) {
      expect(optimizer.schedule).toEqual({ type: "linear", fromImages: 10, toImages: 20 });
    }
  });
});

describe("translate", () => {
  const translateFirst = (options: object, count: number) => {
    const model = createPix2Pix({ ...tiny, ...options, seed: 2 });
    return tidy(() => {
      const images = tensor4d(new Random(8).normals(count * 3072).map(Math.tanh), [count, 32, 32, 3]);
      return model
        .translate(images, createInferenceContext(new Random(1)))
        .dataSync<"float32">()
        .slice(0, 3072);
    });
  };

  it("normalises a picture by itself as the paper, or by running statistics whatever else is in the batch", () => {
    expect(translateFirst({}, 2)).not.toEqual(translateFirst({}, 1));
    const running = { testStatistics: "running" };
    const [alone, beside] = [translateFirst(running, 1), translateFirst(running, 2)];
    alone.forEach((value, place) => {
      expect(value).toBeCloseTo(beside[place] as number, 5);
    });
  });

  it("keeps dropout on unless told otherwise, and moves no statistics", () => {
    const model = createPix2Pix({ ...tiny, dropoutRate: 0.5 });
    const images = createBatch(1).input;
    const before = [...model.networks.generator.namedBuffers().values()].map((buffer) => [
      ...buffer.dataSync(),
    ]);
    const tensors = memory().numTensors;
    const run = (dropout: boolean, seed: number) => {
      const output = model.translate(images, createInferenceContext(new Random(seed)), { dropout });
      const values = output.dataSync().slice();
      output.dispose();
      return values;
    };
    expect(run(true, 1)).not.toEqual(run(true, 2));
    expect(run(true, 1)).toEqual(run(true, 1));
    expect(run(false, 1)).toEqual(run(false, 2));
    expect(memory().numTensors).toBe(tensors);
    const after = [...model.networks.generator.namedBuffers().values()].map((buffer) => [
      ...buffer.dataSync(),
    ]);
    expect(after).toEqual(before);
  });

  it("shows input, output and target, and needs pictures for samples", () => {
    const model = createPix2Pix({ ...tiny, inputChannels: 1 });
    const batch = { ...createBatch(3), input: tensor4d(random.uniforms(3072), [3, 32, 32, 1]) };
    const ctx = createInferenceContext(new Random(1));
    const gallery = model.gallery?.(batch, ctx);
    expect([gallery?.images.shape, gallery?.columns]).toEqual([[9, 32, 32, 3], 3]);
    expect(model.sample({ count: 2, batch }, ctx).shape).toEqual([2, 32, 32, 3]);
    expect(() => model.sample({ count: 2 }, ctx)).toThrow(/give a batch/);
  });

  it("follows an average where one is kept", () => {
    expect(Object.keys(createPix2Pix(tiny).averages)).toEqual([]);
    expect(Object.keys(createPix2Pix({ ...tiny, averageHalfLifeImages: 10 }).averages)).toEqual([
      "generator",
    ]);
  });
});
