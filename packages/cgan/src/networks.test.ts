import { createInferenceContext, Random } from "@gan/core";
import { createTrainingContext, useCpuBackend } from "@gan/test-kit";
import { tensor1d, tensor2d, tensor4d, tidy, type Variable } from "@tensorflow/tfjs-core";
import { beforeAll, describe, expect, it } from "vitest";
import { appendClasses } from "./append-classes.js";
import { parseCganConfig } from "./config.js";
import { Discriminator } from "./discriminator.js";
import { Generator } from "./generator.js";

beforeAll(useCpuBackend);

const random = new Random(3);
const tiny = {
  imageSize: 16,
  channels: 1,
  classNames: ["a", "b", "c"],
  latentSize: 6,
  generatorFeatures: 4,
  discriminatorFeatures: 2,
};
const shapes = (variables: Map<string, Variable>) =>
  Object.fromEntries([...variables].map(([name, { shape }]) => [name, shape.join("×")]));

describe("appendClasses", () => {
  it("adds the weights to each example and each pixel", () => {
    tidy(() => {
      const classes = tensor2d([[0, 1]]);
      expect([...appendClasses(tensor2d([[5]]), classes).dataSync()]).toEqual([5, 0, 1]);
      const x = tensor4d([7, 8], [1, 1, 2, 1]);
      expect([...appendClasses(x, classes).dataSync()]).toEqual([7, 0, 1, 8, 0, 1]);
    });
  });
});

describe("the class", () => {
  it("is appended at every layer of both networks", () => {
    const config = parseCganConfig(tiny);
    expect(shapes(new Generator(config, random).namedParameters())).toMatchObject({
      "project.weight": "9×128", // 6 latents and 3 classes → 4·4·8
      "blocks.0.conv.image.weight": "4×4×4×8",
      "blocks.0.conv.classes.weight": "4×4×4×3",
      "toImage.image.weight": "4×4×1×4",
      "toImage.classes.weight": "4×4×1×3",
    });
    expect(shapes(new Discriminator(config, random).namedParameters())).toEqual({
      "fromImage.image.weight": "4×4×1×2",
      "fromImage.classes.weight": "4×4×3×2",
      "blocks.0.conv.image.weight": "4×4×2×4",
      "blocks.0.conv.classes.weight": "4×4×3×4",
      "blocks.0.norm.gamma": "4",
      "blocks.0.norm.beta": "4",
      "head.judge.weight": "112×1", // 4·4·(4 + 3)
    });
  });

  it("or goes through every batch norm and a projection", () => {
    const config = parseCganConfig({
      ...tiny,
      generatorCondition: "batch-norm",
      discriminatorCondition: "projection",
    });
    expect(shapes(new Generator(config, random).namedParameters())).toMatchObject({
      "project.weight": "6×128",
      "projectNorm.gain.weight": "3×8",
      "projectNorm.shift.weight": "3×8",
      "blocks.0.conv.weight": "4×4×4×8",
      "blocks.0.norm.gain.weight": "3×4",
    });
    expect(shapes(new Discriminator(config, random).namedParameters())).toMatchObject({
      "fromImage.weight": "4×4×1×2",
      "head.judge.weight": "64×1",
      "embedding.table.weight": "3×4",
    });
  });

  it("moves a projected logit by the inner product of its embedding and the summed features", () => {
    const config = parseCganConfig({ ...tiny, imageSize: 8, discriminatorCondition: "projection" });
    const discriminator = new Discriminator(config, random);
    tidy(() => {
      const table = discriminator.namedParameters().get("embedding.table.weight");
      table?.assign(tensor2d([0, 0, 0.5, -2, 0, 0], [3, 2]));
      const images = tensor4d(random.normals(128), [2, 8, 8, 1]);
      const ctx = createInferenceContext(random);
      const plain = discriminator.judge(images, tensor1d([0, 0], "int32"), ctx);
      const projected = discriminator.judge(images, tensor1d([1, 1], "int32"), ctx);
      const features = plain.features.at(-1)?.dataSync() as Float32Array; // [2, 4, 4, 2]
      for (const picture of [0, 1]) {
        let expected = plain.scores.dataSync()[picture] as number;
        for (let position = 0; position < 16; position++) {
          const at = (picture * 16 + position) * 2;
          expected += 0.5 * (features[at] as number) - 2 * (features[at + 1] as number);
        }
        expect(projected.scores.dataSync()[picture]).toBeCloseTo(expected, 5);
      }
    });
  });
});

describe("stabilisers", () => {
  it("reach both networks: spectral norm, another norm with biases, dropout, minibatch features", () => {
    const stabilisers = {
      spectralNorm: "both",
      discriminatorNorm: "none",
      discriminatorDropout: 0.5,
      minibatchStandardDeviation: 2,
    } as const;
    const config = parseCganConfig({ ...tiny, stabilisers });
    const [generator, discriminator] = [new Generator(config, random), new Discriminator(config, random)];
    const buffers = [...generator.namedBuffers().keys(), ...discriminator.namedBuffers().keys()];
    expect(buffers.filter((name) => name.endsWith("singularVector"))).toHaveLength(10);
    expect(shapes(discriminator.namedParameters())).toMatchObject({
      "blocks.0.conv.image.bias": "4",
      "head.judge.weight": "128×1",
      "head.judge.bias": "1",
    });
    tidy(() => {
      const labels = tensor1d([0, 1], "int32");
      const images = generator.forward(tensor2d(random.normals(12), [2, 6]), labels, createTrainingContext());
      const scores = discriminator.forward(images, labels, createInferenceContext(random));
      expect(scores.shape).toEqual([2, 1]);
    });
  });
});
