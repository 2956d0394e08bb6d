import { createInferenceContext, Random, type UnpairedBatch } from "@gan/core";
import { createTrainingContext, useCpuBackend } from "@gan/test-kit";
import { fill, type Rank, type Scalar, type Tensor4D, tensor4d, tidy } from "@tensorflow/tfjs-core";
import { beforeAll, describe, expect, it } from "vitest";
import { createCycleGan } from "./cyclegan.js";
import { Generator } from "./generator.js";

beforeAll(useCpuBackend);

const tiny = {
  imageSize: 32,
  channels: 1 as const,
  generatorFeatures: 2,
  discriminatorFeatures: 2,
  discriminatorLayers: 1,
  residualBlocks: 1,
  poolSize: 0,
};
const random = new Random(5);
const draw = (count = 1, size = 32): Tensor4D =>
  tensor4d(random.normals(count * size ** 2).map(Math.tanh), [count, size, size, 1]);
const createBatch = (count = 1): UnpairedBatch => ({ a: draw(count), b: draw(count) });
const read = (value: Scalar | undefined) => value?.dataSync()[0] as number;
const distance = (x: Tensor4D, y: Tensor4D) => {
  const [first, second] = [x.dataSync<"float32">(), y.dataSync<"float32">()];
  let total = 0;
  for (let place = 0; place < first.length; place++) {
    total += Math.abs((first[place] as number) - (second[place] as number));
  }
  return total / first.length;
};

describe("Generator", () => {
  it("doubles by neighbours and a convolution with as many parameters, and no checkerboard", () => {
    const [nearest, transposed] = (["nearest", "transposed"] as const).map(
      (upsampling) => new Generator({ ...tiny, upsampling }, random),
    ) as [Generator, Generator];
    expect(nearest.parameterCount()).toBe(transposed.parameterCount());
    tidy(() => {
      const grey = fill<Rank.R4>([1, 32, 32, 1], 0.5);
      const ctx = createInferenceContext(random);
      /** How much the middle of a picture of one colour differs between neighbours. */
      const unevenness = (network: Generator) => {
        const rows = network.forward(grey, ctx).arraySync()[0] as number[][][];
        const middle = rows.slice(12, 20).flatMap((row) => row.slice(12, 20).flat());
        return Math.max(...middle) - Math.min(...middle);
      };
      expect(unevenness(nearest)).toBeLessThan(1e-6);
      expect(nearest.forward(draw(), ctx).shape).toEqual([1, 32, 32, 1]);
    });
  });

  it("has pytorch-CycleGAN-and-pix2pix's parameters: 11,378,179 with 9 blocks, 7,837,699 with 6", () => {
    for (const [imageSize, count] of [
      [256, 11_378_179],
      [128, 7_837_699],
    ] as const) {
      const network = new Generator({ imageSize, channels: 3, generatorFeatures: 64 }, random);
      expect(network.parameterCount()).toBe(count);
      network.dispose();
    }
  });

  it("keeps the size of any multiple of 4 and refuses others with what would do", () => {
    const network = new Generator(tiny, random);
    tidy(() => {
      const ctx = createInferenceContext(random);
      expect(network.forward(tensor4d(random.normals(20 * 36), [1, 20, 36, 1]), ctx).shape).toEqual([
        1, 20, 36, 1,
      ]);
      expect(() => network.forward(tensor4d(random.normals(20 * 34), [1, 20, 34, 1]), ctx)).toThrow(
        /multiples of 4, got 20×34\. Pad to 20×36/,
      );
    });
  });

  it("treats a picture by itself, and its border as a mirror", () => {
    const network = new Generator(tiny, random);
    tidy(() => {
      const ctx = createTrainingContext();
      const values = random.normals(1024);
      const alone = network.forward(tensor4d(values, [1, 32, 32, 1]), ctx).dataSync<"float32">();
      const both = tensor4d(Float32Array.from([...values, ...random.normals(1024)]), [2, 32, 32, 1]);
      const first = network.forward(both, ctx).dataSync<"float32">().slice(0, 1024);
      first.forEach((value, place) => {
        expect(value).toBeCloseTo(alone[place] as number, 5);
      });
      // Zeros around a constant picture would make its border differ; its reflection does not.
      const plain = network
        .forward(tensor4d(new Float32Array(1024).fill(0.7), [1, 32, 32, 1]), ctx)
        .dataSync();
      expect(Math.abs((plain[0] as number) - (plain[1] as number))).toBeLessThan(1);
    });
  });
});

describe("a generator of changes", () => {
  it("begins as the picture itself and stays within its range", () => {
    const network = new Generator({ ...tiny, generatorOutput: "change" }, random);
    tidy(() => {
      const ctx = createInferenceContext(random);
      const picture = draw();
      expect(distance(network.forward(picture, ctx), picture)).toBe(0);
      const weight = network.namedVariables().get("toImage.weight");
      weight?.assign(fill(weight.shape, 3));
      const changed = network.forward(picture, ctx);
      expect(distance(changed, picture)).toBeGreaterThan(0.1);
      expect(Math.max(...changed.dataSync().map(Math.abs))).toBe(1);
      // A pixel that training cut would have no gradient left, and stay what it is.
      const trained = network.forward(picture, createTrainingContext());
      expect(Math.max(...trained.dataSync().map(Math.abs))).toBeGreaterThan(2);
    });
  });

  it("is an option of the model, both ways", () => {
    const model = createCycleGan({ ...tiny, generatorOutput: "change" });
    const picture = draw();
    const ctx = createInferenceContext(random);
    for (const direction of ["a2b", "b2a"] as const) {
      expect(distance(model.translate(picture, direction, ctx), picture)).toBe(0);
    }
  });
});

describe("phases", () => {
  it("weigh each term as the paper does", () => {
    const model = createCycleGan({ ...tiny, cycleWeightA: 10, cycleWeightB: 4, identityWeight: 0.5 });
    const { generatorA2B, generatorB2A } = model.networks;
    const batch = createBatch();
    tidy(() => {
      const ctx = createTrainingContext();
      const [discriminators, generators] = model.phases.map((phase) => phase.losses(batch, ctx));
      const [fakeA, fakeB] = [generatorB2A.forward(batch.b, ctx), generatorA2B.forward(batch.a, ctx)];
      expect(read(generators?.cycleA)).toBeCloseTo(
        10 * distance(generatorB2A.forward(fakeB, ctx), batch.a),
        3,
      );
      expect(read(generators?.cycleB)).toBeCloseTo(
        4 * distance(generatorA2B.forward(fakeA, ctx), batch.b),
        3,
      );
      expect(read(generators?.identityA)).toBeCloseTo(
        5 * distance(generatorB2A.forward(batch.a, ctx), batch.a),
        3,
      );
      expect(read(generators?.identityB)).toBeCloseTo(
        2 * distance(generatorA2B.forward(batch.b, ctx), batch.b),
        3,
      );
      const scores = model.networks.discriminatorA.forward(fakeA, ctx).dataSync<"float32">();
      const mean = (values: number[]) => values.reduce((sum, value) => sum + value, 0) / values.length;
      expect(read(discriminators?.fakeA)).toBeCloseTo(mean([...scores].map((score) => score ** 2)) / 2, 4);
      expect(read(generators?.adversarialA)).toBeCloseTo(
        mean([...scores].map((score) => (score - 1) ** 2)),
        4,
      );
      expect(Object.keys(discriminators ?? {})).toEqual(["realA", "fakeA", "realB", "fakeB"]);
    });
  });

  it("leave the identity out when it weighs nothing", () => {
    const { phases } = createCycleGan({ ...tiny, identityWeight: 0 });
    tidy(() => {
      const terms = Object.keys(phases[1]?.losses(createBatch(), createTrainingContext()) ?? {});
      expect(terms).toEqual(["adversarialA", "adversarialB", "cycleA", "cycleB"]);
    });
  });

  it("share one optimizer between both generators, and one between both discriminators", () => {
    const { phases } = createCycleGan({ ...tiny, decay: { fromImages: 5, toImages: 9 } });
    expect(phases.map(({ updates }) => updates)).toEqual([
      ["discriminatorA", "discriminatorB"],
      ["generatorA2B", "generatorB2A"],
    ]);
    expect(phases[0]?.optimizer).toMatchObject({
      learningRate: 2e-4,
      beta1: 0.5,
      schedule: { type: "linear", fromImages: 5, toImages: 9 },
    });
  });
});

describe("translate", () => {
  it("goes either way, and samples show A in B's manner", () => {
    const model = createCycleGan(tiny);
    const batch = createBatch(3);
    const ctx = createInferenceContext(random);
    const [there, back] = [model.translate(batch.a, "a2b", ctx), model.translate(batch.a, "b2a", ctx)];
    expect(there.dataSync()).not.toEqual(back.dataSync());
    const samples = model.sample({ count: 2, batch }, ctx);
    // Two pictures of three: another batch size may change the last bit.
    const differences = samples
      .dataSync()
      .map((value, at) => Math.abs(value - (there.dataSync()[at] as number)));
    expect(Math.max(...differences)).toBeLessThan(1e-6);
    expect(() => model.sample({ count: 2 }, ctx)).toThrow(/give a batch/);
    const gallery = model.gallery?.(batch, ctx);
    expect([gallery?.images.shape, gallery?.columns]).toEqual([[18, 32, 32, 1], 6]);
  });
});
