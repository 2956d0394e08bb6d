import { checkGradients, useCpuBackend } from "@gan/test-kit";
import {
  mul,
  scalar,
  square,
  type Tensor,
  type Tensor4D,
  tensor,
  tensor4d,
  tidy,
} from "@tensorflow/tfjs-core";
import { beforeAll, describe, expect, it } from "vitest";
import "../autodiff/index.js";
import { createInferenceContext } from "../nn/index.js";
import { Random } from "../random/index.js";
import { adaAugment } from "./ada.js";
import { changeColors } from "./ada-color.js";
import { placePictures } from "./ada-geometry.js";
import type { Draws } from "./draws.js";

const random = new Random(6);
const values = (x: Tensor) => [...x.dataSync()];
const rounded = (x: Tensor) => values(x).map((value) => Math.round(value * 1e4) / 1e4 + 0);
const draw = (shape: [number, number, number, number]): Tensor4D =>
  tensor(random.normals(shape.reduce((a, b) => a * b, 1)).map(Math.tanh), shape);

/** p = ½ and the given numbers, in the order in which they are asked for; then uniform 0.9, no gate, and normal 0. */
function script(uniforms: number[], normals: number[] = []): Draws {
  const take = (list: number[], rest: number) => () => tensor([list.shift() ?? rest]);
  return { probability: scalar(0.5), uniform: take([...uniforms], 0.9), normal: take([...normals], 0) };
}
const no = 0.9;
const yes = 0;
const still = [no, 0, no, 0, no, 0, 0]; // no mirror, no quarter turn, no whole move

beforeAll(useCpuBackend);

describe("ADA's augmentations", () => {
  it.each([1, 3, 4, 6])("at p = 0 leave pictures of %i channels as they are, bit for bit", (channels) => {
    const x = draw([3, 8, 6, channels]);
    for (let seed = 0; seed < 5; seed++) {
      tidy(() => {
        const context = createInferenceContext(new Random(seed));
        expect(values(adaAugment(x, scalar(0), context))).toEqual(values(x));
      });
    }
  });

  it("happen more the larger p is, each picture by itself, the same for the same noise", () => {
    const one = [...draw([1, 4, 4, 3]).dataSync()];
    const x = tensor4d(new Array(100).fill(one).flat(), [100, 4, 4, 3]);
    const changed = (p: number, seed = 1) => {
      const after = values(adaAugment(x, scalar(p), createInferenceContext(new Random(seed))));
      const isChanged = (image: number) =>
        one.some((value, at) => Math.abs(value - (after[48 * image + at] as number)) > 1e-3);
      return Array.from({ length: 100 }, (_, image) => isChanged(image));
    };
    const share = (p: number) => changed(p).filter(Boolean).length / 100;
    // Twelve augmentations, two of which keep a picture half or a quarter of the time: 1 - 0.95¹² = 0.46 and less.
    expect(share(0.05)).toBeGreaterThan(0.25);
    expect(share(0.05)).toBeLessThan(0.55);
    expect(share(0.5)).toBeGreaterThan(0.95);
    expect(changed(0.05)).toEqual(changed(0.05));
    expect(changed(0.05)).not.toEqual(changed(0.05, 2));
  });

  it("of geometry keep a flat picture flat and every value within the picture's range", () => {
    const x = draw([4, 8, 8, 2]);
    const only = (of: Tensor4D, seed: number) => {
      const context = createInferenceContext(new Random(seed));
      return placePictures(of, {
        probability: scalar(1),
        uniform: () => context.uniform([4]),
        normal: () => context.normal([4]),
      });
    };
    for (let seed = 0; seed < 5; seed++) {
      const flat = tensor4d(new Float32Array(256).fill(0.7), [4, 8, 8, 1]);
      for (const value of values(only(flat, seed))) expect(value).toBeCloseTo(0.7, 5);
      const [all, after] = [values(x), values(only(x, seed))];
      expect(Math.min(...after)).toBeGreaterThanOrEqual(Math.min(...all) - 1e-6);
      expect(Math.max(...after)).toBeLessThanOrEqual(Math.max(...all) + 1e-6);
    }
  });

  it("mirror, turn, move and scale as drawn", () => {
    const x = () => tensor4d([1, 2, 3, 4, 5, 6, 7, 8, 9], [1, 3, 3, 1]);
    const place = (uniforms: number[], normals?: number[]) =>
      rounded(placePictures(x(), script(uniforms, normals)));
    expect(place([])).toEqual([1, 2, 3, 4, 5, 6, 7, 8, 9]);
    expect(place([yes, 0.6])).toEqual([3, 2, 1, 6, 5, 4, 9, 8, 7]);
    expect(place([yes, 0.4])).toEqual([1, 2, 3, 4, 5, 6, 7, 8, 9]); // the coin says no
    expect(place([no, 0, yes, 0.6])).toEqual([9, 8, 7, 6, 5, 4, 3, 2, 1]); // two quarters
    expect(place([no, 0, yes, 0.3])).toEqual([7, 4, 1, 8, 5, 2, 9, 6, 3]); // one, clockwise
    // Two thirds of an eighth of three pixels is nothing; of an eight times larger picture it would be two.
    const wide = tensor4d(
      Array.from({ length: 16 }, (_, index) => index),
      [1, 1 + 1, 8, 1],
    );
    const moved = placePictures(wide, script([no, 0, no, 0, yes, 0.99, 0.5]));
    expect(rounded(moved).slice(0, 8)).toEqual([1, 0, 1, 2, 3, 4, 5, 6]); // 1 to the right, mirrored at the border
    // Twice as large: 2^(5 · 0.2); the middle stays, its neighbours come nearer.
    expect(place([...still, yes], [5])).toEqual([3, 3.5, 4, 4.5, 5, 5.5, 6, 6.5, 7]);
    // Each of two turns happens with probability 1 - √½ = 0.29: by (2 · 0.75 - 1) π, a quarter.
    expect(place([...still, no, 0.28, 0.75]).toSorted()).toEqual([1, 2, 3, 4, 5, 6, 7, 8, 9]);
    expect(place([...still, no, 0.28, 0.75])).toEqual([7, 4, 1, 8, 5, 2, 9, 6, 3]);
    expect(place([...still, no, 0.3, 0.75])).toEqual([1, 2, 3, 4, 5, 6, 7, 8, 9]);
    // 2^(0.2 · 5) times as wide, half as high: only the middle row is left, mirrored.
    expect(place([...still, no, no, 0, yes], [0, 5])).toEqual([4.5, 5, 5.5, 4.5, 5, 5.5, 4.5, 5, 5.5]);
    // By half a pixel down: normal 4/3 of an eighth of 3 pixels.
    expect(place([...still, no, no, 0, no, no, 0, yes], [0, 0, 0, 4 / 3])).toEqual([
      2.5, 3.5, 4.5, 2.5, 3.5, 4.5, 5.5, 6.5, 7.5,
    ]);
  });

  it("change brightness, contrast, luma, hue and saturation as drawn", () => {
    const x = () => tensor4d([0.1, 0.2, 0.6], [1, 1, 1, 3]);
    const change = (uniforms: number[], normals?: number[], of = x()) =>
      rounded(changeColors(of, script(uniforms, normals)));
    expect(change([])).toEqual([0.1, 0.2, 0.6]);
    expect(change([yes], [1])).toEqual([0.3, 0.4, 0.8]);
    expect(change([no, yes], [0, 2])).toEqual([0.2, 0.4, 1.2]); // 2^(½ · 2)
    expect(change([no, no, yes, 0.6])).toEqual([-0.5, -0.4, 0]); // the mean 0.3 becomes -0.3
    expect(change([no, no, no, 0, yes, 0])).toEqual([0.5, 0.4, 0]); // half a turn around grey
    expect(change([no, no, no, 0, yes, 5 / 6]).toSorted()).toEqual([0.1, 0.2, 0.6]); // a third: colours change places
    expect(change([no, no, no, 0, no, 0, yes], [0, 0, 1])).toEqual([-0.1, 0.1, 0.9]); // twice as far from grey
    expect(change([yes], [1], tensor4d([0.5], [1, 1, 1, 1]))).toEqual([0.7]);
    expect(change([yes], [1], tensor4d([0.1, 0.2, 0.6, 1], [1, 1, 1, 4]))).toEqual([0.3, 0.4, 0.8, 1]);
  });

  it("let gradients through, to second order", () => {
    const augment = (x: Tensor) =>
      adaAugment(x as Tensor4D, scalar(0.7), createInferenceContext(new Random(2)));
    const { first, second } = checkGradients(
      (x) => square(augment(x as Tensor)),
      [mul(draw([2, 4, 4, 3]), 1)],
    );
    expect(first).toBeLessThan(1e-2);
    expect(second).toBeLessThan(1e-2);
  });
});
