import { CheckpointError } from "@gan/core";
import { createTrainingContext, useCpuBackend } from "@gan/test-kit";
import { memory, tensor4d, tidy } from "@tensorflow/tfjs-core";
import { beforeAll, describe, expect, it } from "vitest";
import { ImagePool } from "./image-pool.js";

beforeAll(useCpuBackend);

/** A pool of pictures of one pixel, and what it gives back for values and draws. */
function createPool(size: number) {
  const pool = new ImagePool({ size, imageSize: 1, channels: 1 });
  const exchange = (values: number[], draws: number[]) =>
    tidy(() => {
      const fakes = tensor4d(values, [values.length, 1, 1, 1]);
      return [...pool.exchange(fakes, createTrainingContext({ noise: { pool: draws } }), "pool").dataSync()];
    });
  const content = () => [...(pool.namedVariables().get("pictures")?.dataSync() ?? [])];
  return { pool, exchange, content };
}

describe("ImagePool", () => {
  it("fills first, then exchanges a picture when its draw is below one half", () => {
    const { exchange, content } = createPool(2);
    expect(exchange([1], [0, 0.9])).toEqual([1]);
    expect(exchange([2], [0, 0.9])).toEqual([2]);
    expect(content()).toEqual([1, 2]);
    expect(exchange([3], [0.5, 0.9])).toEqual([3]); // not exchanged, not remembered
    expect(content()).toEqual([1, 2]);
    expect(exchange([4], [0.49, 0.9])).toEqual([2]); // the second slot's
    expect(content()).toEqual([1, 4]);
    expect(exchange([5], [0, 0])).toEqual([1]);
    expect(content()).toEqual([5, 4]);
  });

  it("takes the pictures of a batch one after the other", () => {
    const { exchange, content } = createPool(2);
    expect(exchange([1, 2, 3, 4], [0, 0, 0, 0, 0.1, 0.1, 0.1, 0.1])).toEqual([1, 2, 1, 3]);
    expect(content()).toEqual([4, 2]);
  });

  it("gives every picture back without a size, and asks for no noise", () => {
    const { pool } = createPool(0);
    const fakes = tensor4d([1], [1, 1, 1, 1]);
    expect(pool.exchange(fakes, createTrainingContext(), "pool")).toBe(fakes);
    expect(pool.namedVariables().size).toBe(0);
  });

  it("is saved by its variables and refuses another size", () => {
    const { pool } = createPool(3);
    expect([...pool.namedVariables().keys()]).toEqual(["pictures", "count"]);
    expect(pool.save()).toEqual({ size: 3 });
    expect(() => pool.load({ size: 3 })).not.toThrow();
    expect(() => pool.load({ size: 4 })).toThrow(CheckpointError);
    expect(() => pool.load(null)).toThrow(/poolSize/);
    const before = memory().numTensors;
    pool.dispose();
    expect(memory().numTensors).toBe(before - 2);
  });
});
