// tfjs-core in Node comes without gradients; tfjs-layers registers them.
import "@tensorflow/tfjs-layers";
import * as tf from "@tensorflow/tfjs-core";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { BackendOrtError, compile, explain } from "../index.js";
import { callCompiled, valuesOf } from "../record/both-backends.test-helper.js";

beforeEach(async () => {
  await tf.setBackend("ort");
  tf.engine().startScope();
});
afterEach(() => {
  tf.engine().endScope();
  tf.disposeVariables();
});

const counts = (): number[] => [
  tf.memory().numTensors,
  tf.memory().numDataBuffers,
  tf.memory().numBytes,
  tf.backend().numDataIds(),
  explain().graphs.filter(({ name }) => name !== "eager").length,
];

/** Expects compiling and calling `fn` to throw, to leave nothing behind, and the backend and variables in order. */
function expectRefusal(fn: (x: tf.Tensor) => unknown, message: RegExp, x: unknown = tf.scalar(2)): void {
  const variables = Object.values(tf.engine().registeredVariables);
  const values = valuesOf(variables);
  const before = counts();
  const compiled = compile(fn as (x: tf.Tensor) => tf.TensorContainer, { name: "step" });
  let error: unknown;
  try {
    compiled(x as tf.Tensor);
  } catch (thrown) {
    error = thrown;
  }
  expect(error).toBeInstanceOf(BackendOrtError);
  expect((error as Error).message).toMatch(message);
  expect(counts()).toEqual(before);
  expect(valuesOf(variables)).toEqual(values);
  compiled.dispose();
  expect(counts()).toEqual(before);
  expect(tf.tidy(() => tf.add(tf.scalar(1), 1).dataSync()[0])).toBe(2);
}

describe("compile() refuses what would silently freeze:", () => {
  it("random numbers without a seed", () => {
    expectRefusal((x) => tf.add(x, tf.randomNormal([2])), /step: Math\.random .*tensor argument/);
    expectRefusal((x) => tf.dropout(x, 0.5), /step: Math\.random/);
    expectRefusal((x) => tf.multinomial(tf.stack([x, x]) as tf.Tensor1D, 3), /step: Math\.random/);
    expect(Math.random()).not.toBe(Math.random());
    expect(
      callCompiled((x: tf.Tensor) => tf.add(x, tf.randomNormal([2], 0, 1, "float32", 7)), tf.scalar(0)).shape,
    ).toEqual([2]);
  });

  it("values read inside", () => {
    const v = tf.variable(tf.scalar(3));
    expectRefusal(
      (x) => tf.mul(x, tf.square(x).dataSync()[0] as number),
      /Square: a value was read .*Return the tensor/,
    );
    expectRefusal((x) => tf.mul(x, v.dataSync()[0] as number), /a value was read/);
    expectRefusal((x) => tf.mul(x, x.arraySync() as number), /a value was read/);
  });

  it("tensors, results and calls that the host makes anew", () => {
    let calls = 0;
    expectRefusal((x) => tf.mul(x, ++calls), /changed between two traces \(1, then 2\).*tensor argument/);
    expectRefusal((x) => tf.mul(x, tf.fill([100, 100], ++calls)), /two traces recorded different kernels/);
    expectRefusal(
      (x) => tf.mul(x, tf.tensor(new Float32Array(5000).fill(++calls))),
      /changed between two traces/,
    );
    expectRefusal((x) => (++calls % 2 ? tf.neg(x) : tf.abs(x)), /two traces recorded different kernels/);
    expectRefusal(
      (x) => ({ loss: tf.neg(x), step: ++calls }),
      /result changed between two traces .*"step":\d+.*Return tensors only/,
    );
  });

  it("promises", async () => {
    expectRefusal(async (x) => tf.neg(x), /step: the function returned a promise/);
    // Its own failure is nobody's: it must not end the process as an unhandled rejection.
    expectRefusal(async (x) => (await x.data())[0], /step: the function returned a promise/);
    await new Promise((resolve) => setImmediate(resolve));
  });

  it("shapes that depend on values", () => {
    const before = counts();
    const unique = compile((x: tf.Tensor1D) => tf.unique(x).values, { name: "distinct" });
    expect(() => unique(tf.tensor1d([1, 2, 1]))).toThrow(
      /Unique: gave shape \[2\] where the trace had \[1\].*outside of distinct/,
    );
    expect(() => unique(tf.tensor1d([1, 2, 1]))).toThrow(/Unique: gave shape/);
    unique.dispose();
    expect(counts()[4]).toBe(before[4]);
  });
});

describe("compile() refuses", () => {
  it("arguments that are neither tensors nor plain values", () => {
    expectRefusal((x) => tf.neg(x), /argument 0 holds an instance of Map; .*Close over it/, new Map());
    expectRefusal((x) => tf.neg(x), /argument 0 holds an instance of Float32Array/, [new Float32Array(2)]);
    expectRefusal((x) => tf.neg(x), /argument 0 holds a function/, { deep: () => 1 });
    expectRefusal((x) => tf.neg(x), /argument 0 holds a symbol/, Symbol("x"));
  });

  it("arguments that are disposed, variables, or of a dtype that graphs do not have", () => {
    const x = tf.scalar(1);
    x.dispose();
    expectRefusal((given) => tf.neg(given), /step: an argument \[\] is disposed/, x);
    const v = tf.variable(tf.tensor1d([1, 2]));
    expectRefusal(
      (given) => tf.neg(given),
      new RegExp(`variable ${v.name} was passed as an argument. Use it inside`),
      [v],
    );
    expectRefusal((given) => tf.real(given), /an argument is a complex64\[1\] tensor/, tf.complex([1], [2]));
    expectRefusal(
      (given) => given,
      /an argument is a string\[1\] tensor; only float32, int32, bool/,
      tf.tensor1d(["a"]),
    );
  });

  it("results that are neither tensors nor plain values, or disposed", () => {
    expectRefusal((x) => new Map([["y", tf.neg(x)]]), /the result holds an instance of Map/);
    expectRefusal(() => new Float32Array(2), /the result holds an instance of Float32Array/);
    expectRefusal((x) => {
      const y = tf.neg(x);
      y.dispose();
      return [y];
    }, /returned a tensor \[\] that is disposed/);
  });

  it("variables made at every call and left alive", () => {
    const { numTensors } = tf.memory();
    const made: tf.Variable[] = [];
    const step = compile((x: tf.Tensor) => {
      const v = tf.variable(tf.add(x, made.length));
      made.push(v);
      return tf.add(v, 1);
    });
    expect(() => step(tf.scalar(2))).toThrow(/creates variable \S+ at every call. Create variables once/);
    // They are the function's to dispose, and have the values that it gave them.
    expect(made.map((v) => v.dataSync()[0])).toEqual(made.map((_, index) => 2 + index));
    tf.dispose(made);
    expect(tf.memory().numTensors).toBe(numTensors + 1);
  });

  it("tensors kept beyond the call", () => {
    let kept: tf.Tensor | undefined;
    expectRefusal((x) => {
      kept = tf.keep(tf.add(x, 1));
      return tf.neg(x);
    }, /keeps a tensor \[\] by tf\.keep/);
    expect(kept?.isDisposed).toBe(true);
    expect(callCompiled((x: tf.Tensor) => tf.keep(tf.neg(x)), tf.scalar(2)).dataSync()[0]).toBe(-2);
    let table: tf.Tensor | undefined;
    const lookup = compile((x: tf.Tensor) => {
      table ??= tf.keep(tf.tensor1d([5, 6]));
      return tf.add(table, x);
    });
    expect(Array.from(lookup(tf.scalar(1)).dataSync())).toEqual([6, 7]);
    expect(Array.from((table as tf.Tensor).dataSync())).toEqual([5, 6]);
    lookup.dispose();
    table?.dispose();
  });

  it("to dispose variables that existed before", () => {
    const v = tf.variable(tf.scalar(4));
    expectRefusal(
      (x) => {
        const y = tf.mul(v, x);
        v.dispose();
        return y;
      },
      new RegExp(`disposes variable ${v.name}`),
    );
    expect(v.isDisposed).toBe(false);
    expect(v.dataSync()[0]).toBe(4);
  });

  it("to go on with a variable that was disposed, until traced again", () => {
    const kept = tf.variable(tf.scalar(1));
    let v = tf.variable(tf.scalar(4));
    const alias = tf.clone(v as tf.Tensor);
    const step = compile(
      (x: tf.Tensor) => {
        kept.assign(tf.add(kept, 1));
        return tf.mul(v, x);
      },
      { name: "step" },
    );
    expect(step(tf.scalar(2)).dataSync()[0]).toBe(8);
    v.dispose();
    const { name } = v;
    expect(() => step(tf.scalar(2))).toThrow(
      `[backend-ort] step: variable ${name}, which the function uses, was disposed.`,
    );
    expect(kept.dataSync()[0]).toBe(2);
    v = tf.variable(tf.scalar(5));
    step.dispose();
    expect(step(tf.scalar(2)).dataSync()[0]).toBe(10);
    expect(alias.dataSync()[0]).toBe(4);
    step.dispose();
  });
});

describe("an exception of the function's own", () => {
  it("passes through and leaves variables and memory as they were", () => {
    const v = tf.tidy(() => tf.variable(tf.scalar(1)));
    const x = tf.scalar(2);
    const before = counts();
    let fail = true;
    const step = compile((given: tf.Tensor) => {
      v.assign(tf.add(v, given));
      return tf.tidy(() => {
        const y = tf.square(given);
        const gradient = tf.grad((u) => {
          const z = tf.square(tf.exp(u));
          if (fail) throw new RangeError("enough");
          return z;
        })(y);
        return gradient;
      });
    });
    expect(() => step(x)).toThrow(new RangeError("enough"));
    expect(counts()).toEqual(before);
    expect(v.dataSync()[0]).toBe(1);
    fail = false;
    const result = step(x);
    expect(result.dataSync()[0]).toBeCloseTo(2 * Math.exp(8), 1);
    expect(v.dataSync()[0]).toBe(3);
    step.dispose();
    result.dispose();
    expect(counts()).toEqual(before);
  });

  it("leaves variables that were created before it their values", () => {
    let v: tf.Variable | undefined;
    let fail = true;
    const step = compile((x: tf.Tensor) => {
      v ??= tf.variable(tf.add(x, 1));
      if (fail) throw new RangeError("enough");
      return tf.mul(v, 10);
    });
    expect(() => step(tf.scalar(2))).toThrow("enough");
    expect(v?.dataSync()[0]).toBe(3);
    fail = false;
    expect(step(tf.scalar(5)).dataSync()[0]).toBe(30);
    step.dispose();
  });
});
