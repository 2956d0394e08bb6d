import { createInferenceContext, Random } from "@gan/core";
import { createTrainingContext, useCpuBackend } from "@gan/test-kit";
import {
  grad,
  max,
  min,
  moments,
  mul,
  sqrt,
  square,
  sum,
  type Tensor4D,
  tensor,
  tensor2d,
  tidy,
} from "@tensorflow/tfjs-core";
import { beforeAll, describe, expect, it } from "vitest";
import { type DcganOptions, parseDcganConfig } from "./config.js";
import { Discriminator } from "./discriminator.js";
import { Generator } from "./generator.js";
import { createUpsampling } from "./upsampling.js";

beforeAll(useCpuBackend);

const tiny = parseDcganConfig({
  imageSize: 16,
  channels: 1,
  latentSize: 6,
  generatorFeatures: 4,
  discriminatorFeatures: 4,
});
const random = new Random(3);

describe("parameter counts", () => {
  it("are pytorch/examples' at 64 pixels, 3 channels, 64 features", () => {
    const config = parseDcganConfig({});
    const generator = new Generator(config, random);
    const discriminator = new Discriminator(config, random);
    expect(generator.parameterCount()).toBe(3_576_704);
    expect(discriminator.parameterCount()).toBe(2_765_568);
    generator.dispose();
    discriminator.dispose();
  });
});

describe("Generator", () => {
  it("makes pictures within [-1, 1] from latents", () => {
    const generator = new Generator(tiny, random);
    tidy(() => {
      const latents = tensor2d(random.normals(12), [2, 6]);
      const images = generator.forward(latents, createTrainingContext());
      expect(images.shape).toEqual([2, 16, 16, 1]);
      expect(min(images).dataSync()[0]).toBeGreaterThanOrEqual(-1);
      expect(max(images).dataSync()[0]).toBeLessThanOrEqual(1);
    });
  });

  it("ends in tanh: large weights saturate", () => {
    const generator = new Generator(tiny, random);
    const weight = generator.namedParameters().get("toImage.weight");
    tidy(() => {
      weight?.assign(mul(weight, 1000));
      const images = generator.forward(tensor2d(random.normals(12), [2, 6]), createTrainingContext());
      const largest = max(images).dataSync()[0] as number;
      expect(largest).toBeGreaterThan(0.99);
      expect(largest).toBeLessThanOrEqual(1);
    });
  });

  it("has no bias, and batch norm on all but the output", () => {
    const names = [...new Generator(tiny, random).namedParameters().keys()];
    expect(names).toEqual([
      "project.weight",
      "projectNorm.gamma",
      "projectNorm.beta",
      "blocks.0.conv.weight",
      "blocks.0.norm.gamma",
      "blocks.0.norm.beta",
      "toImage.weight",
    ]);
  });

  it("starts with weights of N(0, 0.02²)", () => {
    const generator = new Generator(parseDcganConfig({}), random);
    tidy(() => {
      const weight = generator.namedParameters().get("blocks.0.conv.weight");
      const { mean, variance } = moments(weight as never);
      expect(Math.abs(mean.dataSync()[0] as number)).toBeLessThan(1e-4);
      expect(Math.sqrt(variance.dataSync()[0] as number)).toBeCloseTo(0.02, 4);
    });
    generator.dispose();
  });
});

describe("any size and way of upsampling", () => {
  const sizes = [28, 32, 64, 128].flatMap((size) => [
    [size, "transposed", 3] as const,
    [size, "nearest", 1] as const,
  ]);
  it.each([...sizes, [24, "nearest", 4], [8, "transposed", 7]] as const)(
    "fits at %i pixels, %s, %i channels",
    (imageSize, upsampling, channels) => {
      const settings = { imageSize, upsampling, channels, generatorFeatures: 2, discriminatorFeatures: 2 };
      const config = parseDcganConfig({ ...tiny, ...settings });
      const [generator, discriminator] = [new Generator(config, random), new Discriminator(config, random)];
      tidy(() => {
        const images = generator.forward(tensor2d(random.normals(12), [2, 6]), createTrainingContext());
        expect(images.shape).toEqual([2, imageSize, imageSize, channels]);
        expect(discriminator.forward(images, createTrainingContext()).shape).toEqual([2, 1]);
      });
    },
  );

  it("nearest neighbours spread a value over its four pixels", () => {
    const layer = createUpsampling("nearest", { inputs: 1, outputs: 1, bias: false, random });
    tidy(() => {
      const identity = tensor([0, 0, 0, 0, 1, 0, 0, 0, 0], [3, 3, 1, 1]);
      layer.namedParameters().get("conv.weight")?.assign(identity);
      const doubled = layer.forward(tensor([1, 2, 3, 4], [1, 2, 2, 1]) as Tensor4D);
      expect([...doubled.dataSync()]).toEqual([1, 1, 2, 2, 1, 1, 2, 2, 3, 3, 4, 4, 3, 3, 4, 4]);
    });
  });
});

describe("Discriminator", () => {
  it("has no bias, and batch norm on all but the input", () => {
    const names = [...new Discriminator(tiny, random).namedParameters().keys()];
    expect(names).toEqual([
      "fromImage.weight",
      "blocks.0.conv.weight",
      "blocks.0.norm.gamma",
      "blocks.0.norm.beta",
      "head.judge.weight",
    ]);
  });

  it("judges a picture outside training independently of its batch", () => {
    const discriminator = new Discriminator(tiny, random);
    tidy(() => {
      const picture = random.normals(16 * 16);
      const judge = (...others: Float32Array[]) => {
        const images = [picture, ...others];
        const values = Float32Array.from(images.flatMap((image) => [...image]));
        const batch = tensor(values, [images.length, 16, 16, 1]) as Tensor4D;
        return discriminator.forward(batch, createInferenceContext(random)).dataSync()[0] as number;
      };
      expect(judge(random.normals(256), random.normals(256))).toBeCloseTo(judge(), 6);
    });
  });

  it("is the convolution chain by hand on one level", () => {
    const config = parseDcganConfig({ ...tiny, imageSize: 8, discriminatorFeatures: 1 });
    const discriminator = new Discriminator(config, random);
    const fill = (name: string, value: number) => {
      const variable = discriminator.namedParameters().get(name);
      tidy(() => variable?.assign(tensor(new Float32Array(variable.size).fill(value), variable.shape)));
    };
    fill("fromImage.weight", 0.5);
    fill("head.judge.weight", 1);
    tidy(() => {
      // Every kernel covers 16 pixels inside, 12 at an edge, 9 in a corner: 4·16 + 8·12 + 4·9 = 196.
      const ones = tensor(new Float32Array(64).fill(1), [1, 8, 8, 1]) as Tensor4D;
      const minusOnes = tensor(new Float32Array(64).fill(-1), [1, 8, 8, 1]) as Tensor4D;
      const ctx = createInferenceContext(random);
      expect(discriminator.forward(ones, ctx).dataSync()[0]).toBeCloseTo(98, 4);
      expect(discriminator.forward(minusOnes, ctx).dataSync()[0]).toBeCloseTo(-98 * 0.2, 4);
    });
  });
});

describe("stabilisers in the networks", () => {
  const build = (stabilisers: DcganOptions["stabilisers"]) => parseDcganConfig({ ...tiny, stabilisers });
  const images = () => tensor(random.normals(4 * 256), [4, 16, 16, 1]) as Tensor4D;
  const names = (stabilisers: DcganOptions["stabilisers"]) => [
    ...new Discriminator(build(stabilisers), random).namedVariables().keys(),
  ];

  it("exchange the discriminator's norms, with a bias where there is none", () => {
    expect(names({ discriminatorNorm: "none" })).toEqual([
      "fromImage.weight",
      "fromImage.bias",
      "blocks.0.conv.weight",
      "blocks.0.conv.bias",
      "head.judge.weight",
      "head.judge.bias",
    ]);
    expect(names({ discriminatorNorm: "layer" })).toContain("blocks.0.norm.gamma");
    expect(names({ discriminatorNorm: "instance" })).not.toContain("blocks.0.norm.gamma");
  });

  it("divide the weights of one network or both by their spectral norm", () => {
    const count = (spectralNorm: "discriminator" | "both") => {
      const config = build({ spectralNorm, discriminatorNorm: "none" });
      return [new Generator(config, random), new Discriminator(config, random)].map(
        (network) =>
          [...network.namedBuffers().keys()].filter((name) => name.endsWith("singularVector")).length,
      );
    };
    expect(count("discriminator")).toEqual([0, 3]);
    expect(count("both")).toEqual([3, 3]);
  });

  it("bound the discriminator's slope under spectral norm", () => {
    const discriminator = new Discriminator(
      build({ spectralNorm: "discriminator", discriminatorNorm: "none" }),
      random,
    );
    tidy(() => {
      for (let pass = 0; pass < 30; pass++) discriminator.forward(images(), createTrainingContext());
      const x = images();
      const context = createInferenceContext(random);
      const slopes = grad((given) => sum(discriminator.forward(given as Tensor4D, context)))(x);
      // Each convolution's matrix has norm 1; a kernel of 4 with stride 2 covers a pixel 4 times: at most 2 a layer.
      const norms = sqrt(sum(square(slopes), [1, 2, 3])).dataSync();
      expect(Math.max(...norms)).toBeLessThan(4);
      expect(Math.max(...norms)).toBeGreaterThan(1e-3);
    });
  });

  it("drop hidden features in training only", () => {
    const discriminator = new Discriminator(build({ discriminatorDropout: 0.5 }), random);
    tidy(() => {
      const x = images();
      const zeros = (training: boolean) => {
        const ctx = { ...createInferenceContext(random), training, updateBuffer() {} };
        const maps = discriminator.features(x, ctx)[1]?.dataSync() ?? [];
        return maps.filter((value) => value === 0).length / maps.length;
      };
      expect(zeros(true)).toBeGreaterThan(0.35);
      expect(zeros(true)).toBeLessThan(0.65);
      expect(zeros(false)).toBe(0);
    });
  });

  it.each([{ minibatchStandardDeviation: 4 }, { minibatchDiscrimination: 3 }])(
    "let %o tell a picture in a collapsed batch from one in a varied batch",
    (stabilisers) => {
      const discriminator = new Discriminator(build({ ...stabilisers, discriminatorNorm: "none" }), random);
      const weight = discriminator.namedParameters().get("head.judge.weight");
      tidy(() => {
        weight?.assign(mul(weight, 100));
        const picture = [...random.normals(256)];
        const judge = (others: number[][]) => {
          const batch = tensor([picture, ...others].flat(), [4, 16, 16, 1]) as Tensor4D;
          return discriminator.forward(batch, createInferenceContext(random)).dataSync()[0] as number;
        };
        const varied = judge([1, 2, 3].map(() => [...random.normals(256)].map((value) => 9 * value)));
        expect(Math.abs(judge([picture, picture, picture]) - varied)).toBeGreaterThan(1e-3);
      });
    },
  );

  it("judge batches of any size outside training", () => {
    const discriminator = new Discriminator(build({ minibatchStandardDeviation: 4 }), random);
    tidy(() => {
      const five = tensor(random.normals(5 * 256), [5, 16, 16, 1]) as Tensor4D;
      expect(discriminator.forward(five, createInferenceContext(random)).shape).toEqual([5, 1]);
    });
  });
});
