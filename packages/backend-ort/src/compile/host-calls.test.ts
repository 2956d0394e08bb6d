import * as tf from "@tensorflow/tfjs-core";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { compile, configure, explain } from "../index.js";
import { seededTensor } from "../kernels/parity.test-helper.js";
import { expectNear, expectSameOnBoth, onBackend, valuesOf } from "../record/both-backends.test-helper.js";

beforeEach(async () => {
  await tf.setBackend("ort");
  tf.engine().startScope();
});
afterEach(() => {
  tf.engine().endScope();
  tf.disposeVariables();
  configure({ refuseFallback: false });
});

const dilate = (x: tf.Tensor): tf.Tensor => tf.dilation2d(x as tf.Tensor3D, tf.zeros([2, 2, 3]), 1, "same");

/** Runs a compiled function three times on other values and compares with tfjs-backend-cpu. */
async function expectEqualToCpu(fn: (x: tf.Tensor) => tf.TensorContainer, shape: number[]): Promise<void> {
  const run = (compiled: boolean) => () => {
    const step = compiled
      ? compile(fn, { name: "mixed" })
      : Object.assign((x: tf.Tensor) => tf.tidy(() => fn(x)), { dispose() {} });
    const results = [1, 2, 3].map((seed) => {
      const x = seededTensor(shape, seed);
      const y = step(x);
      const values = valuesOf(y);
      tf.dispose([x, y] as tf.TensorContainer);
      return values;
    });
    step.dispose();
    return results;
  };
  const wanted = await onBackend("cpu", run(false));
  const given = await onBackend("ort", run(true));
  expectNear(given.result, wanted.result);
  expect(given.left).toEqual(wanted.left);
}

describe("a kernel without a lowering inside a compiled function", () => {
  it("runs on the host between two graphs, at every call", () => {
    const step = compile((x: tf.Tensor) => tf.mul(dilate(tf.exp(x)), 2), { name: "split" });
    const x = seededTensor([4, 5, 3], 1);
    const before = explain().fallbacks.Dilation2D ?? 0;
    const first = step(x);
    expect(
      explain()
        .graphs.filter(({ name }) => name === "split")
        .map(({ kernels, runs }) => [kernels, runs]),
    ).toEqual([
      [1, 1],
      [1, 1],
    ]);
    expect(explain().fallbacks.Dilation2D).toBeGreaterThan(before);
    expect(step(tf.add(x, 1)).dataSync()[7]).toBeCloseTo((first.dataSync()[7] as number) * Math.E, 4);
    step.dispose();
  });

  it("equals tfjs-backend-cpu's, first, last, in chains and side by side", async () => {
    await expectEqualToCpu((x) => dilate(x), [4, 5, 3]);
    await expectEqualToCpu((x) => tf.sum(dilate(x)), [4, 5, 3]);
    await expectEqualToCpu((x) => dilate(dilate(x)), [4, 5, 3]);
    await expectEqualToCpu(
      (x) => {
        const e = tf.exp(x);
        const d = dilate(e);
        const twice = dilate(tf.sub(d, e));
        const other = dilate(tf.neg(x));
        return { e, d, sum: tf.addN([e, d, twice, other, x]), other, same: [d, x] };
      },
      [4, 5, 3],
    );
  });

  it("takes reshaped, constant and outer tensors", async () => {
    const outer = [0.1, 0.5, 0.9];
    await expectEqualToCpu((x) => {
      const edges = tf.tensor1d(outer);
      const found = tf.searchSorted(edges, tf.reshape(tf.sigmoid(x), [6]));
      return tf.add(tf.reshape(found, [3, 2]), tf.cast(x, "int32"));
    }, [2, 3].toReversed());
  });

  it("may give several results", async () => {
    await expectEqualToCpu(
      (x) => {
        const { values, indices } = tf.unique(tf.mul(x, 0) as tf.Tensor1D);
        return [tf.add(values, 1), tf.add(indices, x)];
      },
      [5],
    );
  });

  it("reads and feeds variables", async () => {
    await expectSameOnBoth(() => {
      const v = tf.tidy(() => tf.variable(tf.zeros([3, 3, 3])));
      const step = compile((x: tf.Tensor) => {
        v.assign(dilate(tf.add(v, x)) as never);
        return tf.sum(v);
      });
      const values = [1, 2, 3].map((value) => tf.tidy(() => step(tf.fill([3, 3, 3], value)).dataSync()[0]));
      const state = valuesOf(v);
      step.dispose();
      v.dispose();
      return [values, state];
    });
  });

  it("draws the same numbers from the same seed", async () => {
    const draw = (x: tf.Tensor): tf.Tensor => tf.multinomial(tf.log(tf.abs(x)) as tf.Tensor2D, 20, 17);
    await expectEqualToCpu(draw, [2, 6]);
  });

  it("returns buffers that passed from graph to graph to the pool", () => {
    const step = compile((x: tf.Tensor) => {
      const before = tf.exp(x);
      return tf.sum(tf.mul(dilate(tf.neg(x)), before));
    });
    const x = tf.zeros([7, 11, 3]);
    const { pooledBytes } = explain();
    step(x);
    // The host kernel has seen the memory of its operand; that of tf.exp's result nobody has.
    expect(explain().pooledBytes).toBe(pooledBytes + 7 * 11 * 3 * 4);
    step.dispose();
  });

  it("is refused where fallback is", () => {
    configure({ refuseFallback: ["Dilation2D"] });
    const step = compile((x: tf.Tensor) => dilate(x));
    const { numTensors } = tf.memory();
    expect(() => step(tf.zeros([3, 3, 3]))).toThrow(
      /Dilation2D: has no lowering for x: float32\[1,3,3,3\], filter: float32\[2,2,3\] and fallback is refused/,
    );
    expect(tf.memory().numTensors).toBe(numTensors + 1);
  });

  it("passes the host kernel's own error on, without leaving anything behind", () => {
    const step = compile((x: tf.Tensor) => tf.unique(x, 0).values);
    const x = tf.zeros([4]);
    step(x).dispose();
    const ids = tf.backend().numDataIds();
    expect(() => step(tf.tensor1d([1, 2, 3, 4]))).toThrow("gave shape [4] where the trace had [1]");
    expect(tf.backend().numDataIds()).toBe(ids + 1);
    expect(step(x).shape).toEqual([1]);
    step.dispose();
  });
});
