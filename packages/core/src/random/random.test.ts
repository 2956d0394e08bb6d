import { describe, expect, it } from "vitest";
import { ConfigError } from "../errors/index.js";
import { Random } from "./random.js";

describe("Random", () => {
  it("repeats itself for a seed and differs for another", () => {
    const draw = (seed: number) => Array.from(new Random(seed).normals(8));
    expect(draw(7)).toEqual(draw(7));
    expect(draw(7)).not.toEqual(draw(8));
  });

  it("goes on after a restore where it stopped, also inside a block", () => {
    const random = new Random(7).fork("noise");
    random.normals(5);
    random.uint32();
    const state = JSON.parse(JSON.stringify(random.state));
    const rest = [random.uint32(), random.uint32(), random.uint32()];
    const restored = Random.restore(state);
    expect([restored.uint32(), restored.uint32(), restored.uint32()]).toEqual(rest);
  });

  it("forks streams that neither agree nor advance their parent", () => {
    const parent = new Random(3);
    const first = parent.fork("a").uint32();
    expect(parent.fork("b").uint32()).not.toBe(first);
    expect(parent.fork("a").uint32()).toBe(first);
    expect(parent.state.drawn).toBe(0);
  });

  it("has the moments and tails of N(0, 1)", () => {
    const count = 200_000;
    const values = new Random(11).normals(count);
    const mean = values.reduce((sum, value) => sum + value, 0) / count;
    const variance = values.reduce((sum, value) => sum + (value - mean) ** 2, 0) / count;
    const beyondTwo = values.filter((value) => Math.abs(value) > 2).length / count;
    expect(Math.abs(mean)).toBeLessThan(4 / Math.sqrt(count));
    expect(Math.abs(variance - 1)).toBeLessThan((4 * Math.SQRT2) / Math.sqrt(count));
    expect(Math.abs(beyondTwo - 0.0455)).toBeLessThan(0.002);
  });

  it("draws integers evenly (chi-square with 9 degrees of freedom, p > 0.001)", () => {
    const random = new Random(5);
    const counts = new Array<number>(10).fill(0);
    const draws = 100_000;
    for (let draw = 0; draw < draws; draw++) {
      const value = random.integer(10);
      counts[value] = (counts[value] ?? 0) + 1;
    }
    const expected = draws / 10;
    const chiSquare = counts.reduce((sum, count) => sum + (count - expected) ** 2 / expected, 0);
    expect(chiSquare).toBeLessThan(27.9);
  });

  it("draws integers without modulo bias", () => {
    const random = new Random(6);
    const limit = 3 * 2 ** 30; // a plain modulo would draw the lowest third half the time
    const draws = 10_000;
    let low = 0;
    for (let draw = 0; draw < draws; draw++) if (random.integer(limit) < limit / 3) low++;
    expect(Math.abs(low / draws - 1 / 3)).toBeLessThan(0.02);
  });

  it("permutes: every index once, not in order", () => {
    const order = new Random(1).permutation(1000);
    expect([...order].sort((a, b) => a - b)).toEqual(Array.from({ length: 1000 }, (_, i) => i));
    expect(order.filter((value, index) => value === index).length).toBeLessThan(10);
  });

  it.each([-1, 1.5, Number.NaN, 2 ** 53])("refuses the seed %s", (seed) => {
    expect(() => new Random(seed)).toThrow(ConfigError);
  });

  it("draws a batch of latents in well under the time of a step", () => {
    const random = new Random(2);
    const target = new Float32Array(64 * 100);
    for (let warmUp = 0; warmUp < 20; warmUp++) random.fillNormal(target);
    const times = Array.from({ length: 15 }, () => {
      const start = performance.now();
      random.fillNormal(target);
      return performance.now() - start;
    });
    expect(Math.min(...times)).toBeLessThan(5);
  });
});
