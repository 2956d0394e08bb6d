// tfjs-core in Node comes without gradients; tfjs-layers registers them.
import "@tensorflow/tfjs-layers";
import * as tf from "@tensorflow/tfjs-core";
import { expect } from "vitest";
import { configure, explain } from "../index.js";

/** Numbers in [-1, 1), the same for the same seed (a 32-bit mixing generator). */
export function seededValues(count: number, seed: number): Float32Array {
  let state = (seed + 1) * 0x9e3779b1;
  return Float32Array.from({ length: count }, () => {
    state = (state + 0x6d2b79f5) | 0;
    let mixed = Math.imul(state ^ (state >>> 15), state | 1);
    mixed ^= mixed + Math.imul(mixed ^ (mixed >>> 7), mixed | 61);
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 2 ** 31 - 1;
  });
}

/** A float32 tensor of {@link seededValues}. */
export function seededTensor<R extends tf.Rank = tf.Rank>(
  shape: readonly number[],
  seed: number,
): tf.Tensor<R> {
  return tf.tensor(seededValues(tf.util.sizeFromShape([...shape]), seed), [
    ...shape,
  ] as never) as tf.Tensor<R>;
}

/** Like {@link seededTensor} with whole numbers in [0, levels), so that equal values are frequent. */
export function tiedTensor<R extends tf.Rank = tf.Rank>(
  shape: readonly number[],
  seed: number,
  levels = 4,
): tf.Tensor<R> {
  const values = seededValues(tf.util.sizeFromShape([...shape]), seed).map((value) =>
    Math.floor(((value + 1) / 2) * levels),
  );
  return tf.tensor(values, [...shape] as never) as tf.Tensor<R>;
}

/** Runs one kernel directly, with whatever attributes. */
export function runKernel(
  name: string,
  inputs: Record<string, tf.Tensor> | tf.Tensor[],
  attributes: object,
): tf.Tensor {
  return tf.engine().runKernel(name, inputs as never, attributes as never) as tf.Tensor;
}

interface Result {
  readonly shape: number[];
  readonly dtype: string;
  readonly values: number[];
}

async function resultsOn(backend: string, run: () => tf.Tensor | tf.Tensor[]): Promise<Result[]> {
  await tf.setBackend(backend);
  const tensors = tf.tidy(() => {
    const made = run();
    return Array.isArray(made) ? made : [made];
  });
  try {
    return tensors.map((tensor) => ({
      shape: tensor.shape,
      dtype: tensor.dtype,
      values: Array.from(tensor.dataSync()),
    }));
  } finally {
    tf.dispose(tensors);
  }
}

/**
 * Runs `run` on tfjs-backend-cpu and on ort, and expects equal shapes, dtypes and, within `tolerance` of the
 * largest magnitude, values; and that ort lowered every call of `kernels` and made at least one of each.
 */
export async function expectParity(
  kernels: string | readonly string[],
  run: () => tf.Tensor | tf.Tensor[],
  tolerance = 1e-5,
): Promise<void> {
  const names = typeof kernels === "string" ? [kernels] : kernels;
  const expected = await resultsOn("cpu", run);
  configure({ refuseFallback: names });
  const before = explain().lowered;
  const actual = await resultsOn("ort", run);
  const after = explain().lowered;
  for (const name of names) {
    expect(after[name] ?? 0, `calls of ${name} that were lowered`).toBeGreaterThan(before[name] ?? 0);
  }
  expectClose(actual, expected, tolerance);
}

function expectClose(actual: readonly Result[], expected: readonly Result[], tolerance: number): void {
  expect(actual.length).toBe(expected.length);
  for (const [index, reference] of expected.entries()) {
    const result = actual[index] as Result;
    expect(result.dtype).toBe(reference.dtype);
    expect(result.shape).toEqual(reference.shape);
    const scale = Math.max(1, ...reference.values.filter(Number.isFinite).map(Math.abs));
    const wrong = reference.values.findIndex((value, element) => {
      const got = result.values[element] as number;
      return !(Object.is(got, value) || got === value || Math.abs(got - value) <= tolerance * scale);
    });
    if (wrong >= 0) {
      const [got, wanted] = [result.values[wrong], reference.values[wrong]];
      expect.fail(`result ${index} [${reference.shape}], element ${wrong}: ort gave ${got}, cpu ${wanted}.`);
    }
  }
}
