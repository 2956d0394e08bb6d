import { createTrainingContext, useCpuBackend } from "@gan/test-kit";
import { grad, mul, slice, sum, type Tensor4D, tensor, tidy, zeros } from "@tensorflow/tfjs-core";
import { beforeAll, describe, expect, it } from "vitest";
import { ShapeError } from "../errors/index.js";
import { Random } from "../random/index.js";
import { PatchDiscriminator } from "./patch-discriminator.js";
import { computeReceptiveField } from "./receptive-field.js";

beforeAll(useCpuBackend);

const random = new Random(4);

describe("computeReceptiveField", () => {
  it("is 70 for the papers' discriminator, and what is seen by hand for two layers", () => {
    const strided = { kernelSize: 4, stride: 2 };
    const last = { kernelSize: 4, stride: 1 };
    expect(computeReceptiveField([strided, strided, strided, last, last])).toBe(70);
    expect(
      computeReceptiveField([
        { kernelSize: 3, stride: 2 },
        { kernelSize: 3, stride: 1 },
      ]),
    ).toBe(7);
    expect(computeReceptiveField([])).toBe(1);
  });
});

describe("PatchDiscriminator", () => {
  it("has pytorch-CycleGAN-and-pix2pix's parameters: 2,768,705 on a pair, 2,764,737 on a picture", () => {
    const pair = new PatchDiscriminator({ inputs: 6, random });
    const picture = new PatchDiscriminator({ inputs: 3, norm: "instance", random });
    expect(pair.parameterCount()).toBe(2_768_705);
    expect(picture.parameterCount()).toBe(2_764_737);
    pair.dispose();
    picture.dispose();
  });

  it("has a bias where no batch norm follows, and none on the first and the last layer's norm", () => {
    const names = [
      ...new PatchDiscriminator({ inputs: 1, features: 1, layers: 1, random }).namedParameters().keys(),
    ];
    expect(names).toEqual([
      "blocks.0.conv.weight",
      "blocks.0.conv.bias",
      "blocks.1.conv.weight",
      "blocks.1.norm.gamma",
      "blocks.1.norm.beta",
      "judge.weight",
      "judge.bias",
    ]);
  });

  it.each([
    [0, 1, 24],
    [1, 16, 10],
    [2, 34, 4],
  ])("with %i layers a score sees %i pixels, as its gradient shows", (layers, field, scores) => {
    const network = new PatchDiscriminator({ inputs: 1, features: 2, layers, norm: "none", random });
    expect(network.receptiveField).toBe(field);
    tidy(() => {
      const images = tensor(random.normals(576), [1, 24, 24, 1]) as Tensor4D;
      const ctx = createTrainingContext();
      expect(network.forward(images, ctx).shape).toEqual([1, scores, scores, 1]);
      const middle = Math.floor(scores / 2);
      const one = (x: Tensor4D) => sum(slice(network.forward(x, ctx), [0, middle, middle, 0], [1, 1, 1, 1]));
      const seen = grad(one as never)(images).dataSync();
      const rows = new Set(
        [...seen].flatMap((value, place) => (value === 0 ? [] : [Math.floor(place / 24)])),
      );
      expect(rows.size).toBe(Math.min(field, 24));
    });
  });

  it("judges single pixels by themselves with 0 layers", () => {
    const network = new PatchDiscriminator({
      inputs: 2,
      features: 3,
      layers: 0,
      norm: "none",
      random,
    });
    tidy(() => {
      const images = tensor(random.normals(32), [1, 4, 4, 2]) as Tensor4D;
      const whole = network.forward(images, createTrainingContext()).dataSync();
      const corner = network.forward(slice(images, [0, 3, 3, 0], [1, 1, 1, 2]), createTrainingContext());
      expect(corner.dataSync()[0]).toBeCloseTo(whole[15] as number, 6);
    });
  });

  it("refuses pictures of which nothing would be left", () => {
    const network = new PatchDiscriminator({ inputs: 1, features: 1, random });
    const forward = (side: number) =>
      tidy(() => network.forward(zeros([1, side, side, 1]), createTrainingContext()).shape);
    expect(forward(24)).toEqual([1, 1, 1, 1]);
    expect(() => forward(23)).toThrow(ShapeError);
    expect(() => forward(23)).toThrow(/at least 24 pixels for patches of 70/);
  });

  it("scales an instance-normalised block away", () => {
    const network = new PatchDiscriminator({
      inputs: 1,
      features: 2,
      layers: 1,
      norm: "instance",
      random,
    });
    tidy(() => {
      const images = tensor(random.normals(256), [1, 16, 16, 1]) as Tensor4D;
      const weight = network.namedParameters().get("blocks.1.conv.weight");
      weight?.assign(mul(weight, 100)); // far above epsilon
      const before = network.forward(images, createTrainingContext()).dataSync();
      weight?.assign(mul(weight, 50));
      const after = network.forward(images, createTrainingContext()).dataSync();
      after.forEach((value, index) => {
        expect(value).toBeCloseTo(before[index] as number, 3);
      });
    });
  });
});
