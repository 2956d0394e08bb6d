import { Conv2d, ConvTranspose2d, Random } from "@gan/core";
import { createTrainingContext, useCpuBackend } from "@gan/test-kit";
import {
  concat,
  slice,
  type Tensor2D,
  type Tensor4D,
  tensor2d,
  tensor4d,
  tidy,
  type Variable,
} from "@tensorflow/tfjs-core";
import { beforeAll, describe, expect, it } from "vitest";
import { appendClasses } from "./append-classes.js";
import { ClassConvolution } from "./class-convolution.js";

beforeAll(useCpuBackend);

const random = new Random(5);
const options = { inputs: 2, outputs: 3, kernelSize: 4, stride: 2, bias: false, random };
const classCount = 3;
const [images, classes] = [
  tensor4d(random.normals(160), [5, 4, 4, 2]),
  tensor2d(random.uniforms(15), [5, 3]),
];
const ways = {
  conv2d: {
    told: () => ClassConvolution.conv2d(options, classCount),
    plain: () => new Conv2d({ ...options, inputs: 2 + classCount }),
    inputAxis: 2,
  },
  convTranspose2d: {
    told: () => ClassConvolution.convTranspose2d(options, classCount),
    plain: () => new ConvTranspose2d({ ...options, inputs: 2 + classCount }),
    inputAxis: 3,
  },
} as const;

describe.each(Object.entries(ways))("ClassConvolution.%s", (_way, { told, plain, inputAxis }) => {
  it.each([5, 2])("is the convolution of pictures with appended classes, of %i pictures", (count) => {
    tidy(() => {
      const [one, other] = [told(), plain()];
      const weights = one.namedParameters();
      const parts = ["image.weight", "classes.weight"].map((name) => weights.get(name) as Variable);
      other.weight.assign(concat(parts, inputAxis));
      const x = slice(images, [0, 0, 0, 0], [count, -1, -1, -1]) as Tensor4D;
      const y = slice(classes, [0, 0], [count, -1]) as Tensor2D;
      const actual = one.forward(x, y, createTrainingContext()).dataSync();
      const expected = other.forward(appendClasses(x, y)).dataSync();
      expect(actual).toHaveLength(expected.length);
      expected.forEach((value, index) => {
        expect(actual[index]).toBeCloseTo(value, 5);
      });
    });
  });

  it("has one bias, where it has one", () => {
    const create = _way === "conv2d" ? ClassConvolution.conv2d : ClassConvolution.convTranspose2d;
    const names = [
      ...create({ ...options, bias: true }, classCount)
        .namedParameters()
        .keys(),
    ];
    expect(names).toEqual(["image.weight", "image.bias", "classes.weight"]);
  });
});
