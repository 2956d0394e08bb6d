import * as tf from "@tensorflow/tfjs-core";
import { describe, expect, it } from "vitest";
import { expectParity, runKernel, seededTensor } from "./parity.test-helper.js";

const SAMPLINGS = [
  { alignCorners: false, halfPixelCenters: false },
  { alignCorners: true, halfPixelCenters: false },
  { alignCorners: false, halfPixelCenters: true },
] as const;

const SIZES = [
  { x: [2, 4, 4, 3], size: [8, 8] },
  { x: [2, 8, 8, 3], size: [4, 4] },
  { x: [1, 5, 7, 2], size: [8, 3] },
  { x: [2, 3, 5, 2], size: [3, 10] },
  { x: [1, 6, 6, 2], size: [1, 1] },
  { x: [1, 1, 1, 2], size: [3, 4] },
  { x: [1, 4, 6, 2], size: [4, 6] },
] as const;

interface Case {
  readonly x: readonly [number, number, number, number];
  readonly size: [number, number];
  readonly alignCorners: boolean;
  readonly halfPixelCenters: boolean;
}

const cases: readonly Case[] = SIZES.flatMap(({ x, size }) =>
  SAMPLINGS.map((sampling) => ({ x, size: [...size], ...sampling })),
);
const named = (from: readonly Case[]): [string, Case][] => from.map((test) => [JSON.stringify(test), test]);

describe.each(["ResizeBilinear", "ResizeNearestNeighbor"])("%s", (kernel) => {
  it.each(named(cases))("%s", (_, { x, ...attributes }) =>
    expectParity(kernel, () => runKernel(kernel, { images: seededTensor(x, 1) }, attributes)),
  );

  it("takes int32 images", () =>
    expectParity(kernel, () => {
      const images = tf.tensor4d([1, 7, 3, 9, 5, -2, 8, 0, 4], [1, 3, 3, 1], "int32");
      return runKernel(kernel, { images }, { size: [5, 4], alignCorners: false, halfPixelCenters: false });
    }));
});

// tfjs-backend-cpu ignores halfPixelCenters in gradients and swaps height and width of bilinear ones; nearest
// ones are wrong after the first image, and never end for the aligned corners of a single pixel.
const comparable = cases.filter((test) => !test.halfPixelCenters);
const nearest = comparable
  .filter(({ x, alignCorners }) => !alignCorners || x[1] > 1)
  .map((test) => ({ ...test, x: [1, ...test.x.slice(1)] as [number, number, number, number] }));
describe.each([
  ["ResizeBilinearGrad", comparable.filter(({ x }) => x[1] === x[2])],
  ["ResizeNearestNeighborGrad", nearest],
] as const)("%s", (kernel, tests) => {
  it.each(named(tests))("%s", (_, { x, size, ...attributes }) =>
    expectParity(kernel, () => {
      const inputs = { images: seededTensor(x, 1), dy: seededTensor([x[0], ...size, x[3]], 2) };
      return runKernel(kernel, inputs, { size, ...attributes });
    }),
  );
});

describe.each(["ResizeBilinear", "ResizeNearestNeighbor"])("%sGrad is the adjoint of %s", (kernel) => {
  it.each(named(cases))("%s", async (_, { x, ...attributes }) => {
    await tf.setBackend("ort");
    const [forward, backward] = tf.tidy(() => {
      const images = seededTensor(x, 1);
      const resized = runKernel(kernel, { images }, attributes);
      const dy = seededTensor(resized.shape, 2);
      const gradient = runKernel(`${kernel}Grad`, { images, dy }, attributes);
      // ⟨resize(x), dy⟩ = ⟨x, resizeGrad(dy)⟩
      return [tf.sum(tf.mul(resized, dy)).dataSync()[0], tf.sum(tf.mul(gradient, images)).dataSync()[0]];
    });
    expect(backward).toBeCloseTo(forward as number, 4);
  });
});
