import * as tf from "@tensorflow/tfjs-core";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { configure, explain, flush } from "../index.js";
import { graphsSince } from "./both-backends.test-helper.js";

beforeEach(async () => {
  await tf.setBackend("ort");
  flush();
  tf.engine().startScope();
});
afterEach(() => tf.engine().endScope());

/** A new size for every test, so that no other's graphs are found. */
let size = 100;
const numbers = (): tf.Tensor1D => tf.range(0, size);
beforeEach(() => {
  size++;
});

describe("recording", () => {
  it("compiles nothing before a value is read", () => {
    const before = explain();
    const y = tf.exp(tf.add(numbers(), 1));
    expect(explain().cacheMisses).toBe(before.cacheMisses);
    expect(y.shape).toEqual([size]);
    expect(y.dataSync()[1]).toBeCloseTo(Math.exp(2), 4);
    expect(explain().cacheMisses).toBe(before.cacheMisses + 1);
  });

  it("compiles all that is alive as one graph", () => {
    const before = explain();
    const x = numbers();
    const y = tf.square(x);
    const z = tf.neg(y);
    expect(y.dataSync()[3]).toBe(9);
    expect(z.dataSync()[3]).toBe(-9);
    expect(graphsSince(before)).toEqual([{ name: "eager", kernels: 2, nodes: 2, runs: 1 }]);
  });

  it("finds the graph again for other values, not for another attribute, shape or order", () => {
    const run = (a: number, axis: number, shape: [number, number]): void => {
      const x = tf.fill(shape, a);
      tf.sum(tf.sub(x, tf.scalar(a)), axis).dataSync();
    };
    // Filled in a graph of its own, so that the value is fed.
    run(1, 0, [2, size]);
    const before = explain();
    run(1, 0, [2, size]);
    expect(explain().cacheMisses).toBe(before.cacheMisses);
    run(1, 1, [2, size]);
    run(1, 0, [size, 2]);
    expect(explain().cacheMisses).toBe(before.cacheMisses + 2);
    const fed = (left: number, right: number): number | undefined => {
      const a = tf.tensor1d(new Float32Array(size).fill(left));
      const b = tf.tensor1d(new Float32Array(size).fill(right));
      return tf.sub(a, b).dataSync()[0];
    };
    expect(fed(5, 3)).toBe(2);
    const hits = explain().cacheHits;
    expect(fed(7, 1)).toBe(6);
    expect(explain().cacheHits).toBe(hits + 1);
  });

  it("tells attributes apart that JSON does not", () => {
    const filled = [Number.POSITIVE_INFINITY, Number.NEGATIVE_INFINITY, Number.NaN, 0].map(
      (value) => tf.fill([size], value).dataSync()[0],
    );
    expect(filled).toEqual([Number.POSITIVE_INFINITY, Number.NEGATIVE_INFINITY, Number.NaN, 0]);
    const padded = [Number.POSITIVE_INFINITY, Number.NEGATIVE_INFINITY, 5].map(
      (value) => tf.pad(numbers(), [[1, 0]], value).dataSync()[0],
    );
    expect(padded).toEqual([Number.POSITIVE_INFINITY, Number.NEGATIVE_INFINITY, 5]);
    const clipped = [
      [Number.NEGATIVE_INFINITY, 0],
      [0, Number.POSITIVE_INFINITY],
    ].map(([low, high]) => tf.clipByValue(tf.sub(numbers(), 1), low as number, high as number).dataSync()[2]);
    expect(clipped).toEqual([0, 1]);
  });

  it("tells calls apart whose results differ in shape only", () => {
    const x = tf.reshape(numbers(), [1, 1, size, 1]) as tf.Tensor4D;
    const results = [
      [1, 4],
      [1, 9],
      [3, 2],
    ].flatMap((to) => [
      tf.image.resizeNearestNeighbor(x, to as [number, number]),
      tf.image.resizeBilinear(x, to as [number, number]),
      tf.image.cropAndResize(
        x,
        tf.tensor2d([[0, 0, 1, 1]]),
        tf.tensor1d([0], "int32"),
        to as [number, number],
      ),
      tf.tile(x, [1, ...to, 1]),
      tf.fill(to, 3),
      tf.oneHot(tf.cast(numbers(), "int32"), to[1] as number),
      tf.slice(x, [0, 0, 0, 0], [1, 1, to[1] as number, 1]),
      tf.broadcastTo(tf.slice(x, [0, 0, 5, 0], [1, 1, 1, 1]), [...to, 1, 1]),
    ]);
    for (const result of results) expect(result.dataSync().length).toBe(result.size);
  });

  it("never compiles what died", () => {
    const before = explain();
    const x = numbers();
    const alive = tf.tidy(() => {
      tf.tan(tf.cosh(x));
      return tf.abs(x);
    });
    alive.dataSync();
    expect(graphsSince(before)).toEqual([{ name: "eager", kernels: 1, nodes: 1, runs: 1 }]);
    tf.exp(x).dispose();
    flush();
    expect(graphsSince(before).length).toBe(1);
  });

  it("computes a value once", () => {
    const x = tf.sinh(numbers());
    const first = x.dataSync();
    const before = explain();
    expect(x.dataSync()).toBe(first);
    expect(explain().cacheMisses + explain().cacheHits).toBe(before.cacheMisses + before.cacheHits);
  });

  it("flushes on demand", () => {
    const before = explain();
    tf.abs(numbers());
    flush();
    expect(graphsSince(before)).toEqual([{ name: "eager", kernels: 1, nodes: 1, runs: 1 }]);
    flush();
    expect(graphsSince(before)).toEqual([{ name: "eager", kernels: 1, nodes: 1, runs: 1 }]);
  });

  it("runs unasked before a program that never reads has recorded 5,000 calls", () => {
    const before = explain();
    const x = numbers();
    const alive = tf.abs(x);
    for (let step = 0; step < 5000; step++) tf.exp(x).dispose();
    // What lived at that moment: the first call's result and the latest one's.
    expect(graphsSince(before)).toEqual([{ name: "eager", kernels: 2, nodes: 2, runs: 1 }]);
    expect(alive.dataSync()[1]).toBe(1);
  });
});

describe("the cache of eager graphs", () => {
  afterEach(() => configure({ cacheSize: 256 }));

  const read = (count: number): unknown => tf.square(tf.range(0, count)).dataSync();

  it("drops the graph that was used longest ago", () => {
    read(size);
    configure({ cacheSize: 2 });
    read(size + 1);
    read(size + 2);
    expect(explain().graphs.length).toBe(2);
    read(size + 1);
    read(size + 3);
    const { cacheMisses, cacheHits } = explain();
    read(size + 1);
    expect(explain().cacheHits).toBe(cacheHits + 1);
    read(size + 2);
    expect(explain().cacheMisses).toBe(cacheMisses + 1);
    expect(explain().graphs.length).toBe(2);
    size += 10;
  });

  it("of size 0 holds no more than the graph in use", () => {
    configure({ cacheSize: 0 });
    expect(Array.from(tf.square(tf.tensor1d([2, 3])).dataSync())).toEqual([4, 9]);
    expect(Array.from(tf.square(tf.tensor1d([4, 3, 2])).dataSync())).toEqual([16, 9, 4]);
    expect(explain().graphs.length).toBe(1);
  });
});

describe("memory that the program can reach", () => {
  it("is not overwritten by later graphs once a value was read", () => {
    const x = numbers();
    const y = tf.mul(x, 2);
    const view = y.dataSync();
    const copy = Array.from(view);
    y.dispose();
    for (let step = 0; step < 5; step++) tf.tidy(() => tf.mul(x, -step - 3).dataSync());
    for (let step = 0; step < 5; step++) {
      tf.mul(x, -step - 3).dispose();
      flush();
    }
    expect(Array.from(view)).toEqual(copy);
  });

  it("may be reused by the program after the calls that read it", () => {
    const batch = new Float32Array(size).fill(1);
    const x = tf.tensor1d(batch);
    const y = tf.add(x, 1);
    batch.fill(100);
    expect(y.dataSync()[0]).toBe(2);
    const given = y.dataSync();
    const z = tf.add(y, 1);
    given.fill(7);
    expect(z.dataSync()[0]).toBe(3);
  });
});
