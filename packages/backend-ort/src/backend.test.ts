import * as tf from "@tensorflow/tfjs-core";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { BackendOrtError, configure, explain, flush } from "./index.js";
import { expectSameOnBoth, valuesOf } from "./record/both-backends.test-helper.js";

beforeEach(async () => {
  await tf.setBackend("ort");
  tf.engine().startScope();
});
afterEach(() => {
  tf.engine().endScope();
  configure({ refuseFallback: false });
});

/** What `run` throws. */
function thrownBy(run: () => unknown): BackendOrtError {
  try {
    run();
  } catch (error) {
    expect(error).toBeInstanceOf(BackendOrtError);
    return error as BackendOrtError;
  }
  throw new Error("nothing was thrown");
}

describe("dtypes and shapes", () => {
  it("go in and out as tfjs has them", () =>
    expectSameOnBoth(() =>
      tf.tidy(() =>
        valuesOf([
          tf.add(tf.tensor1d([1, 2], "int32"), tf.tensor1d([3, -4], "int32")),
          tf.logicalNot(tf.tensor1d([true, false])),
          tf.logicalNot(tf.tensor1d(new Uint8Array([1, 0]), "bool")),
          tf.greater(tf.tensor1d([1, 5]), tf.scalar(2)),
          tf.cast(tf.tensor1d([0, 0.4, -2.7, 3.9]), "int32"),
          tf.cast(tf.tensor1d([0, 0.4, -2.7]), "bool"),
          tf.cast(tf.greater(tf.tensor1d([1, 5]), 2), "float32"),
          tf.sum(tf.tensor1d([true, true, false])),
          tf.mul(tf.tensor1d([2_000_000_000], "int32"), tf.scalar(1, "int32")),
          tf.neg(tf.tensor1d([1.5, Number.NaN, Number.POSITIVE_INFINITY, 0])),
          tf.maximum(tf.tensor1d([1, 2], "int32"), tf.tensor1d([2.5, 0.5])),
        ]),
      ),
    ));

  it("may have no dimension, or a dimension of zero", () =>
    expectSameOnBoth(() =>
      tf.tidy(() =>
        valuesOf([
          tf.add(tf.scalar(1), tf.scalar(2)),
          tf.sum(
            tf.tensor2d([
              [1, 2],
              [3, 4],
            ]),
          ),
          tf.reshape(tf.exp(tf.scalar(0)), [1, 1, 1]),
          tf.neg(tf.zeros([0])),
          tf.add(tf.zeros([0, 3]), tf.ones([3])),
          tf.concat([tf.zeros([0, 2]), tf.exp(tf.zeros([1, 2]))]),
          tf.sum(tf.zeros([2, 0]), 1),
          tf.slice(tf.exp(tf.zeros([4])), [2], [0]),
          tf.matMul(tf.zeros([2, 0]), tf.zeros([0, 3])),
        ]),
      ),
    ));

  it("are complex numbers and strings where only the host computes", () =>
    expectSameOnBoth(() =>
      tf.tidy(() => {
        const x = tf.add(tf.tensor1d([1, 2]), tf.tensor1d([0, 1]));
        const z = tf.complex(x, tf.mul(x, -2));
        return valuesOf([
          tf.add(tf.real(tf.mul(z, z)), 1),
          tf.neg(tf.imag(z)),
          tf.mul(tf.abs(z), 0),
          tf.reshape(tf.real(tf.spectral.fft(z)), [2, 1]),
          tf.equal(tf.tensor1d(["a", "b"]), tf.tensor1d(["a", "c"])),
          tf.cast(tf.equal(tf.tensor1d(["a", "b"]), tf.tensor1d(["a", "c"])), "float32"),
          tf.string.stringToHashBucketFast(tf.tensor1d(["x", "yz"]), 10),
        ]);
      }),
    ));
});

describe("fallback", () => {
  const dilate = (x: tf.Tensor): tf.Tensor =>
    tf.dilation2d(x as tf.Tensor3D, tf.zeros([2, 2, 1]) as tf.Tensor3D, 1, "same");

  it("takes and gives recorded tensors", () =>
    expectSameOnBoth(() =>
      tf.tidy(() => {
        const x = tf.reshape(tf.square(tf.range(0, 12)), [3, 4, 1]);
        const y = dilate(x);
        return valuesOf([tf.sub(y, x), x, y]);
      }),
    ));

  it("is counted, and refused on demand", () => {
    const before = explain().fallbacks.Dilation2D ?? 0;
    const x = tf.zeros([3, 3, 1]);
    dilate(x);
    expect(explain().fallbacks.Dilation2D).toBe(before + 1);
    configure({ refuseFallback: ["Multinomial"] });
    dilate(x);
    expect(explain().fallbacks.Dilation2D).toBe(before + 2);
    for (const refuseFallback of [["Dilation2D"], true]) {
      configure({ refuseFallback });
      const { message } = thrownBy(() => dilate(x));
      expect(message).toMatch(
        /^\[backend-ort\] Dilation2D: has no lowering for .*float32\[1,3,3,1\].* Allow it with configure\(\{ refuseFallback: false \}\)\.$/,
      );
    }
    expect(explain().fallbacks.Dilation2D).toBe(before + 2);
  });
});

describe("reading", () => {
  it("works more than once, asynchronously and in any order", async () => {
    const x = tf.tensor1d([1, 2, 3]);
    const y = tf.mul(x, 2);
    const z = tf.add(y, 1);
    const [later, sooner] = [z.data(), y.data()];
    expect(Array.from(await later)).toEqual([3, 5, 7]);
    expect(Array.from(await sooner)).toEqual([2, 4, 6]);
    expect(z.dataSync()).toBe(z.dataSync());
    expect(await tf.neg(z).array()).toEqual([-3, -5, -7]);
    expect(tf.sub(z, y).toString()).toContain("[1, 1, 1]");
    expect((await tf.neg(z).buffer()).get(2)).toBe(-7);
  });

  it("moves tensors from and to tfjs-backend-cpu", async () => {
    await tf.setBackend("cpu");
    const made = tf.tensor1d([1, 2, 3]);
    const shaped = tf.reshape(tf.mul(made, 2), [3, 1]);
    await tf.setBackend("ort");
    const { numTensors, numDataBuffers, numBytes } = tf.memory();
    const sum = tf.add(made, shaped);
    const pending = tf.neg(sum);
    expect(Array.from(sum.dataSync())).toEqual([3, 4, 5, 5, 6, 7, 7, 8, 9]);
    await tf.setBackend("cpu");
    expect(Array.from(tf.add(pending, shaped).dataSync())).toEqual([-1, -2, -3, -1, -2, -3, -1, -2, -3]);
    expect(Array.from(made.dataSync())).toEqual([1, 2, 3]);
    await tf.setBackend("ort");
    expect(Array.from(tf.slice(tf.add(sum, pending), [0, 0], [1, 3]).dataSync())).toEqual([0, 0, 0]);
    tf.dispose([sum, pending]);
    // tfjs moves tensors with the tape off; what remains are those that this test made unnamed.
    expect(tf.memory().numTensors - numTensors).toBe(3);
    expect(tf.memory().numDataBuffers - numDataBuffers).toBe(3);
    expect(tf.memory().numBytes - numBytes).toBe((9 + 9 + 3) * 4);
  });

  it("reports its time with what it computes", async () => {
    const x = tf.tensor1d([1, 2]);
    const before = explain().cacheMisses;
    const { kernelMs } = (await tf.time(() => tf.tan(tf.atan(x)))) as { kernelMs: number };
    expect(explain().cacheMisses).toBe(before + 1);
    expect(kernelMs).toBeGreaterThan(0);
    expect(tf.memory().unreliable).toBe(false);
  });
});

describe("an error", () => {
  // An index that is known already would be refused at once.
  const outOfRange = (): tf.Tensor =>
    tf.tidy(() => tf.gather(tf.tensor1d([1, 2, 3]), tf.abs(tf.tensor1d([-7], "int32"))));

  it("of ONNX Runtime's names the kernel and the shapes it came from", () => {
    const error = thrownBy(() => tf.add(outOfRange(), 1).dataSync());
    expect(error.message).toMatch(
      /^\[backend-ort\] GatherV2 \[3\] \[1\] \(ONNX Gather\): ONNX Runtime failed: .*idx=7/s,
    );
    expect(error.cause).toBeInstanceOf(Error);
  });

  it("meets those who read what failed, every time, and nobody else", () => {
    const broken = outOfRange();
    const derived = tf.add(broken, 1);
    const sound = tf.mul(tf.tensor1d([4, 5]), 2);
    const shared = tf.neg(sound);
    expect(Array.from(sound.dataSync())).toEqual([8, 10]);
    for (let attempt = 0; attempt < 2; attempt++) {
      expect(thrownBy(() => derived.dataSync()).message).toContain("GatherV2");
      expect(thrownBy(() => broken.dataSync()).message).toContain("GatherV2");
    }
    expect(Array.from(shared.dataSync())).toEqual([-8, -10]);
    expect(Array.from(tf.exp(tf.zeros([2])).dataSync())).toEqual([1, 1]);
  });

  it("meets flush() once", () => {
    const broken = outOfRange();
    expect(thrownBy(flush).message).toContain("GatherV2");
    flush();
    broken.dispose();
  });

  it("leaves no buffers and tensors behind", () => {
    outOfRange().dispose();
    const { numTensors } = tf.memory();
    const { pooledBytes } = explain();
    const ids = tf.backend().numDataIds();
    tf.tidy(() => thrownBy(() => tf.add(outOfRange(), 1).dataSync()).message);
    expect(tf.memory().numTensors).toBe(numTensors);
    expect(tf.backend().numDataIds()).toBe(ids);
    expect(explain().pooledBytes).toBeGreaterThanOrEqual(pooledBytes);
  });

  it("says that a tensor was disposed", () => {
    const x = tf.scalar(1);
    x.dispose();
    expect(thrownBy(() => tf.neg(x)).message).toMatch(
      /^\[backend-ort\] tensor: it was used after it was disposed/,
    );
  });

  it("of tfjs's own stays as it is", () => {
    expect(() => tf.matMul(tf.zeros([2, 3]), tf.zeros([2, 3]))).toThrow(/inner shapes/);
    expect(() => tf.reshape(tf.zeros([2, 3]), [4])).toThrow(/Size\(6\) must match/);
    const x = tf.scalar(1);
    x.dispose();
    expect(() => x.dataSync()).toThrow("Tensor is disposed.");
  });
});

describe("configure()", () => {
  it("refuses what it does not know", () => {
    expect(thrownBy(() => configure({ cachesize: 3 } as never)).message).toMatch(
      /unknown option cachesize\. Known are .*cacheSize/,
    );
  });
});
