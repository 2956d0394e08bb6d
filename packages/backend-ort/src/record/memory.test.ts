// tfjs-core in Node comes without gradients; tfjs-layers registers them.
import "@tensorflow/tfjs-layers";
import * as tf from "@tensorflow/tfjs-core";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { explain, flush } from "../index.js";
import { seededTensor } from "../kernels/parity.test-helper.js";
import { expectSameOnBoth, valuesOf } from "./both-backends.test-helper.js";

beforeEach(async () => {
  await tf.setBackend("ort");
});
afterEach(() => tf.disposeVariables());

const snapshot = (): number[] => [
  tf.memory().numTensors,
  tf.memory().numDataBuffers,
  tf.memory().numBytes,
  tf.backend().numDataIds(),
];

/** Runs a program on both backends that notes the memory in use at several places, from zero. */
async function expectSameMemory(program: (note: () => void) => unknown): Promise<void> {
  await expectSameOnBoth(() => {
    const start = snapshot();
    const notes: number[][] = [];
    const result = program(() =>
      notes.push(snapshot().map((value, index) => value - (start[index] as number))),
    );
    return { notes, result };
  });
}

describe("tf.memory() is that of tfjs-backend-cpu", () => {
  it("through tidy, keep and dispose", () =>
    expectSameMemory((note) => {
      const x = tf.tensor1d([1, 2, 3]);
      let kept: tf.Tensor | undefined;
      const y = tf.tidy(() => {
        const a = tf.exp(x);
        note();
        kept = tf.keep(tf.neg(a));
        tf.add(a, 1);
        return tf.mul(a, 2);
      });
      note();
      x.dispose();
      note();
      const values = valuesOf([y, kept]);
      note();
      tf.dispose([y, kept as tf.Tensor]);
      note();
      return values;
    }));

  it("with tensors that share their data", () =>
    expectSameMemory((note) => {
      const x = tf.square(tf.tensor1d([1, 2, 3, 4]));
      const y = tf.reshape(x, [2, 2]);
      const z = tf.clone(y);
      note();
      x.dispose();
      note();
      const sum = tf.add(z, tf.transpose(y));
      y.dispose();
      note();
      const values = valuesOf([sum, z]);
      tf.dispose([sum, z]);
      note();
      return values;
    }));

  it("with inputs that are disposed before the result is read", () =>
    expectSameMemory((note) => {
      const x = tf.tensor1d([1, 2]);
      const y = tf.add(x, 1);
      const z = tf.mul(y, x);
      tf.dispose([x, y]);
      note();
      const values = valuesOf(z);
      z.dispose();
      note();
      return values;
    }));

  it("with variables, assigned, shared and disposed", () =>
    expectSameMemory((note) => {
      const initial = tf.tensor1d([1, 2]);
      const v = tf.variable(initial);
      note();
      initial.dispose();
      note();
      const next = tf.add(v, 1) as tf.Tensor1D;
      v.assign(next);
      note();
      next.dispose();
      v.assign(tf.tidy(() => tf.add(v, 1)));
      note();
      const w = tf.variable(v as tf.Tensor1D);
      v.assign(tf.tidy(() => tf.neg(v)));
      const values = valuesOf([v, w]);
      note();
      tf.dispose([v, w]);
      note();
      return values;
    }));

  it("with gradients and an optimizer", () =>
    expectSameMemory((note) => {
      const v = tf.tidy(() =>
        tf.variable(
          tf.tensor2d([
            [1, 2],
            [3, 4],
          ]),
        ),
      );
      const optimizer = tf.train.momentum(0.1, 0.9);
      const losses = [1, 2, 3].map((seed) => {
        const x = tf.tidy(() => tf.round(tf.mul(seededTensor([2, 2], seed), 8)));
        const loss = optimizer.minimize(
          () => tf.sum(tf.abs(tf.matMul(v as tf.Tensor2D, x as tf.Tensor2D))),
          true,
        ) as tf.Tensor;
        note();
        const value = loss.dataSync()[0];
        tf.dispose([x, loss]);
        return Math.round((value as number) * 1e4);
      });
      optimizer.dispose();
      v.dispose();
      note();
      return losses;
    }));

  it("with complex numbers, strings and empty tensors", () =>
    expectSameMemory((note) => {
      const real = tf.add(tf.tensor1d([1, 2]), 1);
      const complex = tf.complex(real, tf.tensor1d([3, 4]));
      note();
      const imag = tf.imag(complex);
      const words = tf.tensor1d(["a", "bc"]);
      const empty = tf.concat([tf.zeros([0, 2]), tf.zeros([0, 2])]);
      note();
      const values = valuesOf([complex, imag, words, empty, tf.sum(empty)]);
      tf.dispose([real, complex, imag, words, empty]);
      note();
      return values;
    }));

  it("after an operation that throws", () =>
    expectSameMemory((note) => {
      const x = tf.tensor1d([1, 2]);
      expect(() => tf.tidy(() => tf.matMul(tf.exp(x) as never, x as never))).toThrow();
      note();
      x.dispose();
      note();
    }));
});

describe("buffers", () => {
  it("go back to the pool with the last tensor that shares them, and serve again", () => {
    flush();
    const x = tf.tensor1d(new Float32Array(1777));
    const bytes = 1777 * 4;
    const before = explain().pooledBytes;
    const y = tf.add(x, 1);
    const z = tf.reshape(y, [1, 1777]);
    flush();
    y.dispose();
    expect(explain().pooledBytes).toBe(before);
    z.dispose();
    expect(explain().pooledBytes).toBe(before + bytes);
    const again = tf.neg(x);
    flush();
    expect(explain().pooledBytes).toBe(before);
    tf.dispose([again, x]);
    expect(explain().pooledBytes).toBe(before + bytes);
  });

  it("stay while a recorded call still reads them", () => {
    const x = tf.tensor1d(new Float32Array(1778).fill(3));
    const y = tf.add(x, 1);
    flush();
    const before = explain().pooledBytes;
    const z = tf.mul(y, 2);
    y.dispose();
    expect(explain().pooledBytes).toBe(before);
    const other = tf.sub(x, 5);
    expect(z.dataSync()[1777]).toBe(8);
    expect(other.dataSync()[0]).toBe(-2);
    expect(explain().pooledBytes).toBe(before + 1778 * 4);
    tf.dispose([x, z, other]);
  });
});
