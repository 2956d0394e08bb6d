import { checkGradients, createTrainingContext, useCpuBackend } from "@gan/test-kit";
import { square, type Tensor, type Tensor4D, tensor, tensor4d } from "@tensorflow/tfjs-core";
import { beforeAll, describe, expect, it } from "vitest";
import "../autodiff/index.js";
import { ConfigError } from "../errors/index.js";
import { createInferenceContext } from "../nn/index.js";
import { Random } from "../random/index.js";
import { diffAugment } from "./diff-augment.js";
import { shiftPictures } from "./shift-pictures.js";

const random = new Random(8);
const given = (...noise: number[]) => createTrainingContext({ noise: { "": noise } });
const values = (x: Tensor) => [...x.dataSync()];
const draw = (shape: [number, number, number, number]): Tensor4D =>
  tensor(random.normals(shape.reduce((a, b) => a * b, 1)), shape);
/** Rounded, without -0. */
const rounded = (x: Tensor) => values(x).map((value) => Math.round(value * 1e5) / 1e5 + 0);
const counting = (side: number) =>
  tensor4d(
    Array.from({ length: side ** 2 }, (_, index) => index + 1),
    [1, side, side, 1],
  );

beforeAll(useCpuBackend);

describe("DiffAugment", () => {
  it("without policies is nothing at all, and unknown ones are refused", () => {
    const x = draw([2, 4, 4, 3]);
    expect(diffAugment(x, [], given())).toBe(x);
    expect(() => diffAugment(x, ["rotation" as never], given())).toThrow(ConfigError);
  });

  it("color: adds u - ½, scales saturation by 2u and contrast by u + ½", () => {
    const x = () => tensor4d([0.1, 0.2, 0.6, -0.3, 0, 0.3], [1, 1, 2, 3]);
    const neutral = diffAugment(x(), ["color"], given(0.5, 0.5, 0.5));
    expect(rounded(neutral)).toEqual(rounded(x()));
    expect(rounded(diffAugment(x(), ["color"], given(0.75, 0.5, 0.5)))).toEqual([
      0.35, 0.45, 0.85, -0.05, 0.25, 0.55,
    ]);
    expect(rounded(diffAugment(x(), ["color"], given(0.5, 0, 0.5)))).toEqual([0.3, 0.3, 0.3, 0, 0, 0]);
    // Mean 0.15: contrast 1½ widens around it.
    expect(rounded(diffAugment(x(), ["color"], given(0.5, 0.5, 1)))).toEqual([
      0.075, 0.225, 0.825, -0.525, -0.075, 0.375,
    ]);
  });

  it("translation: by whole pixels up to an eighth of the side, each picture its own way", () => {
    const x = counting(8);
    expect(values(diffAugment(x, ["translation"], given(0.5, 0.5)))).toEqual(values(x));
    const moved = values(diffAugment(x, ["translation"], given(0.999, 0))); // 1 down, 1 to the left
    expect(moved.slice(0, 8)).toEqual(new Array(8).fill(0));
    expect(moved.slice(8, 16)).toEqual([2, 3, 4, 5, 6, 7, 8, 0]);
  });

  it("cutout: a square of half the side, all of it or what lies within", () => {
    const blanks = (...noise: number[]) =>
      values(diffAugment(counting(4), ["cutout"], given(...noise))).flatMap((value, index) =>
        value === 0 ? [index] : [],
      );
    expect(blanks(0.5, 0.5)).toEqual([5, 6, 9, 10]);
    expect(blanks(0, 0)).toEqual([0]);
    expect(blanks(0.999, 0.5)).toEqual([13, 14]);
  });

  it("changes each picture by itself, the same way for the same noise", () => {
    const x = draw([1, 8, 8, 3]);
    const twice = tensor4d([...values(x), ...values(x)], [2, 8, 8, 3]);
    const augment = (seed: number) =>
      values(
        diffAugment(twice, ["color", "translation", "cutout"], createInferenceContext(new Random(seed))),
      );
    const [first, again] = [augment(1), augment(1)];
    expect(first).toEqual(again);
    expect(first).not.toEqual(augment(2));
    expect(first.slice(0, 192)).not.toEqual(first.slice(192));
  });

  it("lets gradients through, to second order", () => {
    const augment = (x: Tensor) =>
      diffAugment(x as Tensor4D, ["color", "translation", "cutout"], createInferenceContext(new Random(2)));
    const { first, second } = checkGradients((x) => square(augment(x as Tensor)), [draw([2, 4, 4, 2])]);
    expect(first).toBeLessThan(1e-2);
    expect(second).toBeLessThan(1e-2);
  });
});

it("shiftPictures interpolates fractions", () => {
  const shifted = shiftPictures(counting(2), tensor([0.25]), tensor([0]));
  expect(values(shifted)).toEqual([0.75, 1.5, 0.75 * 3 + 0.25, 0.75 * 4 + 0.5]);
});
