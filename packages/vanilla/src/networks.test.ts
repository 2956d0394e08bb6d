import { createInferenceContext, Random } from "@gan/core";
import { useCpuBackend } from "@gan/test-kit";
import { ones, slice, type Tensor2D, type Tensor4D, tensor, tidy } from "@tensorflow/tfjs-core";
import { beforeAll, describe, expect, it } from "vitest";
import { parseVanillaConfig, type VanillaOptions } from "./config.js";
import { Discriminator } from "./discriminator.js";
import { Generator } from "./generator.js";

const random = new Random(5);
const tiny = { imageSize: 8, latentSize: 3, generatorUnits: [4], discriminatorFeatures: 2 };
const parse = (options: VanillaOptions = {}) =>
  parseVanillaConfig({ ...tiny, discriminatorUnits: 6, ...options });
const pictures = (count: number) => tensor([...random.normals(64 * count)], [count, 8, 8, 1]) as Tensor4D;

beforeAll(useCpuBackend);

describe("the generator", () => {
  it("is tanh of dense layers with ReLU between them", () => {
    const generator = new Generator(parse(), random);
    const parameters = generator.namedParameters();
    expect([...parameters.keys()]).toEqual([
      "hidden.0.weight",
      "hidden.0.bias",
      "toImage.weight",
      "toImage.bias",
    ]);
    tidy(() => {
      for (const parameter of parameters.values()) parameter.assign(ones(parameter.shape));
      // Hidden units 1 + 0.25 - 1 + 0.25 and, for the second, under 0; then four of them and a bias.
      const latents = tensor([0.25, -1, 0.25, -1, -1, -1], [2, 3]) as Tensor2D;
      const values = generator.forward(latents, createInferenceContext(random)).dataSync();
      expect(values).toHaveLength(2 * 64);
      expect(values[0]).toBeCloseTo(Math.tanh(4 * 0.5 + 1), 5);
      expect(values[127]).toBeCloseTo(Math.tanh(1), 5);
    });
  });

  it("norms its hidden layers by the batch when asked to, without their biases", () => {
    const generator = new Generator(parse({ generatorNorm: "batch" }), random);
    expect([...generator.namedParameters().keys()]).toEqual([
      "hidden.0.weight",
      "norms.0.gamma",
      "norms.0.beta",
      "toImage.weight",
      "toImage.bias",
    ]);
  });

  it("begins within the range that is asked for", () => {
    const generator = new Generator(parse({ generatorRange: 0.05 }), random);
    const weights = [...(generator.namedParameters().get("toImage.weight")?.dataSync() ?? [])];
    expect(Math.max(...weights.map(Math.abs))).toBeLessThanOrEqual(0.05);
    expect(Math.max(...weights.map(Math.abs))).toBeGreaterThan(0.04);
  });
});

describe.each(["convolutional", "maxout"] as const)("the %s discriminator", (discriminator) => {
  it("judges each picture by itself", () => {
    const network = new Discriminator(parse({ discriminator }), random);
    tidy(() => {
      const batch = pictures(3);
      const ctx = createInferenceContext(random);
      const together = network.forward(batch, ctx).dataSync();
      const alone = network.forward(slice(batch, [1, 0, 0, 0], [1, 8, 8, 1]), ctx).dataSync();
      expect(together).toHaveLength(3);
      expect(together[1]).toBeCloseTo(alone[0] as number, 6);
    });
  });

  it("drops of the picture and of its features while it trains, and only then", () => {
    const stabilisers = { discriminatorDropout: 0.5 };
    const network = new Discriminator(parse({ discriminator, inputDropout: 0.2, stabilisers }), random);
    tidy(() => {
      const batch = pictures(2);
      const judge = (training: boolean) => {
        const ctx = createInferenceContext(new Random(1));
        const given = training ? { ...ctx, training: true } : ctx;
        return network.judge(batch, given as typeof ctx).features?.[0]?.dataSync() ?? [];
      };
      const zeros = (values: ArrayLike<number>) => Array.from(values).filter((value) => value === 0).length;
      expect(zeros(judge(false))).toBe(0);
      expect(zeros(judge(true))).toBeGreaterThan(1);
      expect(zeros(judge(true))).toBeLessThan(11);
    });
  });
});

it("minibatch discrimination adds its features", () => {
  const count = (minibatchDiscrimination: number) =>
    new Discriminator(parse({ stabilisers: { minibatchDiscrimination } }), random).parameterCount();
  expect(count(3) - count(0)).toBe(6 * 3 * 5 + 3);
});
