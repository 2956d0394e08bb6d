// tfjs-core in Node comes without gradients; tfjs-layers registers them.
import "@tensorflow/tfjs-layers";
import * as tf from "@tensorflow/tfjs-core";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { compile, configure, explain } from "../index.js";
import { seededTensor } from "../kernels/parity.test-helper.js";
import {
  callCompiled,
  expectNear,
  expectSameOnBoth,
  onBackend,
  valuesOf,
} from "../record/both-backends.test-helper.js";

beforeEach(async () => {
  await tf.setBackend("ort");
  tf.engine().startScope();
});
afterEach(() => {
  tf.engine().endScope();
  tf.disposeVariables();
  configure({ cacheSize: 256 });
});

/** How many graphs are held that were compiled under a name. */
const graphsOf = (name: string): number => explain().graphs.filter((graph) => graph.name === name).length;

describe("a compiled function", () => {
  it("traces once for each combination of shapes, dtypes and static arguments", () => {
    let runs = 0;
    const scaled = compile(
      (x: tf.Tensor, factor: number, options?: { readonly shift: number }) => {
        runs++;
        return tf.add(tf.mul(x, factor), options?.shift ?? 0);
      },
      { name: "scaled" },
    );
    const read = (...args: Parameters<typeof scaled>): number[] => Array.from(scaled(...args).dataSync());
    expect(read(tf.tensor1d([1, 2]), 3)).toEqual([3, 6]);
    const tracing = runs;
    expect(read(tf.tensor1d([5, 4]), 3)).toEqual([15, 12]);
    expect(runs).toBe(tracing);
    expect(graphsOf("scaled")).toBe(1);
    expect(read(tf.tensor1d([1, 2, 3]), 3)).toEqual([3, 6, 9]);
    expect(read(tf.tensor1d([1, 2]), 4)).toEqual([4, 8]);
    expect(read(tf.tensor1d([1, 2]), 4, { shift: 1 })).toEqual([5, 9]);
    expect(read(tf.tensor1d([1, 2], "int32"), 3)).toEqual([3, 6]);
    expect(graphsOf("scaled")).toBe(5);
    const all = runs;
    expect(read(tf.tensor1d([2, 2]), 4, { shift: 1 })).toEqual([9, 9]);
    expect(runs).toBe(all);
    scaled.dispose();
    expect(graphsOf("scaled")).toBe(0);
    expect(read(tf.tensor1d([1, 2]), 3)).toEqual([3, 6]);
    scaled.dispose();
  });

  it("forgets the trace used longest ago when it has more than the cache may hold", () => {
    configure({ cacheSize: 2 });
    let runs = 0;
    const shifted = compile(
      (x: tf.Tensor, by: number) => {
        runs++;
        return tf.add(x, by);
      },
      { name: "shifted" },
    );
    const traces = [1, 2, 1, 3, 1, 2].map((by) => {
      const before = runs;
      expect(shifted(tf.scalar(0), by).dataSync()[0]).toBe(by);
      expect(graphsOf("shifted")).toBeLessThanOrEqual(2);
      return runs > before;
    });
    expect(traces).toEqual([true, true, false, true, false, true]);
    shifted.dispose();
  });

  it("takes and returns tensors within arrays and objects, with all else as it was", () => {
    const run = (input: {
      readonly list: readonly tf.Tensor[];
      readonly deep: { readonly x: tf.Tensor };
    }) => ({
      sums: input.list.map((x) => tf.add(x, input.deep.x)),
      text: "static",
      nothing: null,
      flag: true,
      number: -0,
      nest: [[tf.neg(input.deep.x)], 3],
    });
    const input = { list: [tf.scalar(1), tf.tensor1d([2, 3])], deep: { x: tf.scalar(10) } };
    const result = callCompiled(run as never as (given: typeof input) => tf.TensorContainer, input);
    const of = (shape: number[], ...values: number[]): object => ({ dtype: "float32", shape, values });
    expect(valuesOf(result)).toEqual({
      sums: [of([], 11), of([2], 12, 13)],
      text: "static",
      nothing: null,
      flag: true,
      number: -0,
      nest: [[of([], -10)], 3],
    });
  });

  it("gives tensors of the caller's own, whatever the function returns", async () => {
    const run = (): unknown => {
      const v = tf.variable(tf.tensor1d([1, 2]));
      const x = tf.tensor1d([3, 4]);
      const outer = tf.tensor1d([5, 6]);
      const step = compile((given: tf.Tensor) => {
        const sum = tf.add(given, v);
        return [given, v, sum, sum, outer, tf.reshape(sum, [2, 1])];
      });
      const results = step(x) as tf.Tensor[];
      const values = valuesOf(results);
      tf.dispose(results);
      step.dispose();
      const after = valuesOf([v, x, outer]);
      tf.dispose([v, x, outer]);
      return [values, after];
    };
    await expectSameOnBoth(run);
  });

  it("keeps the shapes that tensors are reshaped to, as arguments, results and variables", async () => {
    await expectSameOnBoth(() =>
      tf.tidy(() => {
        const v = tf.variable(tf.zeros([6]));
        const step = compile((x: tf.Tensor) => {
          v.assign(tf.reshape(tf.add(x, 1), [6]));
          return [tf.reshape(x, [3, 2]), tf.add(x, tf.reshape(v, [2, 3]))];
        });
        const x = tf.tensor2d([
          [1, 2],
          [3, 4],
          [5, 6],
        ]);
        const values = [tf.reshape(x, [2, 3]), tf.reshape(tf.mul(x, 2), [2, 3])].map((given) =>
          valuesOf(step(given)),
        );
        v.assign(tf.reshape(tf.mul(x, 3), [6]));
        values.push(valuesOf(step(tf.reshape(x, [2, 3]))), valuesOf(v));
        step.dispose();
        v.dispose();
        return values;
      }),
    );
  });

  it("equals eager execution over many steps of training", async () => {
    const train = (compiled: boolean): unknown =>
      tf.tidy(() => {
        const weights = tf.variable(tf.mul(seededTensor([5, 4], 1), 0.5));
        const bias = tf.variable(tf.zeros([4]));
        const mean = tf.variable(tf.zeros([4]), false);
        const step = (x: tf.Tensor2D, y: tf.Tensor2D, rate: tf.Scalar): tf.Tensor => {
          const { value, grads } = tf.variableGrads(() => {
            const out = tf.tanh(tf.add(tf.matMul(x, weights as never), bias));
            mean.assign(tf.add(tf.mul(mean, 0.9), tf.mul(tf.mean(out, 0), 0.1)));
            return tf.mean(tf.squaredDifference(out, y)) as tf.Scalar;
          });
          for (const variable of [weights, bias]) {
            variable.assign(tf.sub(variable, tf.mul(rate, grads[variable.name] as tf.Tensor)));
          }
          return value;
        };
        const run = compiled ? compile(step) : step;
        const losses = [];
        for (let index = 0; index < 25; index++) {
          losses.push(
            run(
              seededTensor([8, 5], index),
              seededTensor([8, 4], index + 100),
              tf.scalar(0.3 / (index + 1)),
            ).dataSync()[0],
          );
        }
        const state = valuesOf([weights, bias, mean]);
        tf.dispose([weights, bias, mean]);
        if ("dispose" in run) (run as { dispose(): void }).dispose();
        return { losses, state };
      });
    const eager = train(false);
    expectNear(train(true), eager, 1e-6);
    const onCpu = await onBackend("cpu", () => train(true));
    expectNear(onCpu.result, eager, 1e-5);
    await tf.setBackend("ort");
  });

  it("creates an optimizer's variables at its first run, and trains as eagerly", async () => {
    const train = (compiled: boolean): unknown => {
      const v = tf.variable(seededTensor([3, 3], 5));
      const optimizer = tf.train.adam(0.05);
      const step = (x: tf.Tensor): tf.Tensor =>
        optimizer.minimize(
          () => tf.mean(tf.square(tf.sub(tf.matMul(v as never, x as never), 1))),
          true,
        ) as tf.Tensor;
      const run = compiled ? compile(step) : step;
      const losses = [];
      for (let index = 0; index < 12; index++)
        losses.push(tf.tidy(() => run(seededTensor([3, 2], index)).dataSync()[0]));
      const state = valuesOf(v);
      tf.dispose(v);
      optimizer.dispose();
      if ("dispose" in run) (run as { dispose(): void }).dispose();
      return { losses, state };
    };
    const wanted = await onBackend("cpu", () => train(false));
    const given = await onBackend("ort", () => train(true));
    expectNear(given.result, wanted.result, 1e-5);
    expect(given.left).toEqual(wanted.left);
  });

  it("starts variables that it creates from values that depend on arguments and other variables", () => {
    const count = tf.variable(tf.scalar(10));
    let total: tf.Variable | undefined;
    const step = compile((x: tf.Tensor) => {
      count.assign(tf.add(count, 1));
      total ??= tf.variable(tf.mul(x, count), true, undefined, "int32");
      total.assign(tf.add(total, tf.cast(x, "int32")));
      return total;
    });
    expect(valuesOf(step(tf.scalar(2.5)))).toEqual({ dtype: "int32", shape: [], values: [29] });
    expect(valuesOf(step(tf.scalar(3)))).toEqual({ dtype: "int32", shape: [], values: [32] });
    expect(count.dataSync()[0]).toBe(12);
    step.dispose();
  });

  it("may make and dispose a variable within every call", async () => {
    await expectSameOnBoth(() => {
      const x = tf.scalar(3);
      const step = compile((given: tf.Tensor) => {
        const v = tf.variable(given);
        v.assign(tf.add(v, 1));
        const result = tf.mul(v, 2);
        v.dispose();
        return result;
      });
      const results = [step(x), step(x)];
      const values = valuesOf(results);
      tf.dispose([x, ...results]);
      step.dispose();
      return values;
    });
  });

  it("lets two variables share a value, and a variable and a result", () => {
    const [a, b] = [tf.variable<tf.Rank>(tf.scalar(0)), tf.variable<tf.Rank>(tf.scalar(0))];
    const step = compile((x: tf.Tensor) => {
      const next = tf.add(tf.add(a, b), x);
      a.assign(next);
      b.assign(next);
      return next;
    });
    expect(step(tf.scalar(1)).dataSync()[0]).toBe(1);
    const second = step(tf.scalar(1));
    expect([a, b].map((variable) => variable.dataSync()[0])).toEqual([3, 3]);
    second.dispose();
    a.assign(tf.scalar(5));
    expect(b.dataSync()[0]).toBe(3);
    expect(step(tf.scalar(0)).dataSync()[0]).toBe(8);
    step.dispose();
  });

  it("swaps variables", () => {
    const [a, b] = [tf.variable(tf.scalar(1)), tf.variable(tf.scalar(2))];
    const swap = compile(() => {
      const first = tf.clone(a);
      a.assign(b as never);
      b.assign(first as never);
    });
    const values = [0, 1, 2].map(() => {
      swap();
      return [a.dataSync()[0], b.dataSync()[0]];
    });
    expect(values).toEqual([
      [2, 1],
      [1, 2],
      [2, 1],
    ]);
    swap.dispose();
  });

  it("reads what a variable holds at each call, however it came by it", async () => {
    const v = tf.variable(tf.scalar(1));
    const read = compile(() => tf.mul(v, 10));
    expect(read().dataSync()[0]).toBe(10);
    v.assign(tf.scalar(2));
    expect(read().dataSync()[0]).toBe(20);
    v.assign(tf.add(v, 1));
    expect(read().dataSync()[0]).toBe(30);
    await tf.setBackend("cpu");
    v.assign(tf.scalar(4));
    expect(v.dataSync()[0]).toBe(4);
    await tf.setBackend("ort");
    expect(read().dataSync()[0]).toBe(40);
    read.dispose();
  });

  it("holds what it closes over, small or large, recorded or not, even when the program disposes it", () => {
    const small = tf.tensor1d([1, 2]);
    const large = tf.range(0, 20_000);
    const recorded = tf.square(tf.add(large, 1));
    const step = compile(
      (x: tf.Tensor) => [
        tf.add(small, x),
        tf.add(tf.slice(large as tf.Tensor1D, 100, 2), x),
        tf.add(tf.slice(recorded as tf.Tensor1D, 2, 2), x),
      ],
      {
        name: "closure",
      },
    );
    const values = (x: number): unknown =>
      tf.tidy(() => step(tf.scalar(x)).map((result) => Array.from(result.dataSync())));
    expect(values(1)).toEqual([
      [2, 3],
      [101, 102],
      [10, 17],
    ]);
    // Computed before, so not computed again at every call.
    expect(explain().graphs.find(({ name }) => name === "closure")?.kernels).toBe(5);
    tf.dispose([small, large, recorded]);
    expect(values(2)).toEqual([
      [3, 4],
      [102, 103],
      [11, 18],
    ]);
    step.dispose();
  });

  it("gives back what it closed over when it is disposed", () => {
    const outer = tf.exp(tf.zeros([31, 1003]));
    const step = compile((x: tf.Tensor) => tf.add(tf.sum(outer), x));
    step(tf.scalar(1));
    outer.dispose();
    const before = explain().pooledBytes;
    step.dispose();
    expect(explain().pooledBytes).toBe(before + 31 * 1003 * 4);
  });

  it("may be called by another, and under a gradient", async () => {
    const square = compile((x: tf.Tensor) => tf.mul(x, x), { name: "square" });
    const outer = compile((x: tf.Tensor) => tf.add(square(x), 1), { name: "outer" });
    expect(outer(tf.scalar(3)).dataSync()[0]).toBe(10);
    expect([graphsOf("square"), graphsOf("outer")]).toEqual([0, 1]);
    expect(
      tf
        .grad((x) => square(x))(tf.scalar(3))
        .dataSync()[0],
    ).toBe(6);
    square.dispose();
    outer.dispose();
  });

  it("differentiates, once and twice", () => {
    const x = tf.tensor1d([0.5, -1, 2]);
    const f = (v: tf.Tensor): tf.Tensor => tf.mul(tf.mul(v, v), v);
    const first = callCompiled((v: tf.Tensor) => tf.grad(f)(v), x);
    expectNear(Array.from(first.dataSync()), [0.75, 3, 12]);
    const second = callCompiled((v: tf.Tensor) => tf.grad((u) => tf.sum(tf.grad(f)(u)))(v), x);
    expectNear(Array.from(second.dataSync()), [3, -6, 12]);
    const [da, db] = callCompiled(
      (a: tf.Tensor, b: tf.Tensor) =>
        tf.grads((u, w) => tf.sum(tf.mul(tf.square(u as tf.Tensor), w as tf.Tensor)))([a, b]),
      x,
      tf.scalar(2),
    ) as [tf.Tensor, tf.Tensor];
    expectNear([Array.from(da.dataSync()), db.dataSync()[0]], [[2, -4, 8], 5.25]);
  });

  it("runs eagerly on another backend", async () => {
    await tf.setBackend("cpu");
    let runs = 0;
    const step = compile((x: tf.Tensor) => {
      runs++;
      return tf.add(x, 1);
    });
    const { numTensors } = tf.memory();
    expect([step(tf.scalar(1)), step(tf.scalar(2))].map((result) => result.dataSync()[0])).toEqual([2, 3]);
    expect(runs).toBe(2);
    expect(tf.memory().numTensors).toBe(numTensors + 4);
    await tf.setBackend("ort");
    expect(step(tf.scalar(3)).dataSync()[0]).toBe(4);
    step.dispose();
  });
});
