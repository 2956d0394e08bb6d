import { useCpuBackend } from "@gan/test-kit";
import { beforeAll, describe, expect, it } from "vitest";
import { Random } from "../random/index.js";
import { createNoiseBetween, createRowContext, interpolateSpherically } from "./row-context.js";

beforeAll(useCpuBackend);

const rowOf = (seed: number) => new Random(seed);

describe("createRowContext", () => {
  it("gives each picture its own noise, whatever it is made with", () => {
    const draw = (seeds: number[]) => {
      const ctx = createRowContext(seeds.map(rowOf), new Random(9));
      const first = ctx.normal([seeds.length, 3]).arraySync() as number[][];
      const second = ctx.uniform([seeds.length, 2, 2]).arraySync() as number[][][];
      return seeds.map((_, index) => [first[index], second[index]]);
    };
    const [one, two, three] = draw([1, 2, 3]);
    expect(draw([3, 1])).toEqual([three, one]);
    expect(draw([2])).toEqual([two]);
    expect(one).not.toEqual(two);
  });

  it("shares noise by name, and draws what has no row for each picture from the shared generator", () => {
    const ctx = createRowContext([rowOf(1), rowOf(2)], new Random(9));
    expect(ctx.normal([2, 3], "latents")).toBe(ctx.normal([2, 3], "latents"));
    expect([...ctx.normal([5]).dataSync()]).toEqual([...new Random(9).normals(5)]);
  });
});

describe("noise between two pictures", () => {
  it("begins at one, ends at the other, and keeps a typical length on the way", () => {
    const at = (share: number) => createNoiseBetween(rowOf(1), rowOf(2), share).normals(400);
    const length = (values: Float32Array) => Math.hypot(...values);
    for (const [share, seed] of [
      [0, 1],
      [1, 2],
    ] as const) {
      const end = rowOf(seed).normals(400);
      for (const [index, value] of at(share).entries()) expect(value).toBeCloseTo(end[index] as number, 5);
    }
    // The straight line's middle would be √½ as long.
    expect(length(at(0.5)) / length(at(0))).toBeGreaterThan(0.9);
    const uniform = createNoiseBetween(rowOf(1), rowOf(2), 0.25).uniforms(1)[0];
    const [from, to] = [rowOf(1).uniforms(1)[0] as number, rowOf(2).uniforms(1)[0] as number];
    expect(uniform).toBeCloseTo(0.75 * from + 0.25 * to, 6);
  });

  it("turns by equal angles, and goes straight where both point the same way", () => {
    const third = interpolateSpherically(Float32Array.of(1, 0), Float32Array.of(0, 1), 1 / 3);
    expect(third[0]).toBeCloseTo(Math.cos(Math.PI / 6), 6);
    expect(third[1]).toBeCloseTo(Math.sin(Math.PI / 6), 6);
    expect([...interpolateSpherically(Float32Array.of(1, 0), Float32Array.of(3, 0), 0.5)]).toEqual([2, 0]);
  });
});
