// tfjs-core in Node comes without gradients; tfjs-layers registers them.
import "@tensorflow/tfjs-layers";
import * as tf from "@tensorflow/tfjs-core";
import { expect } from "vitest";
import { compile, explain } from "../index.js";

/** The values of nested tensors as plain arrays, which stand beside whatever else the nest holds. */
export function valuesOf(nested: unknown): tf.TensorContainer {
  if (nested instanceof tf.Tensor) {
    return {
      dtype: nested.dtype,
      shape: nested.shape,
      values: Array.from(nested.dataSync() as ArrayLike<number>),
    };
  }
  if (Array.isArray(nested)) return nested.map(valuesOf);
  if (typeof nested === "object" && nested !== null) {
    return Object.fromEntries(Object.entries(nested).map(([key, item]) => [key, valuesOf(item)]));
  }
  return nested as tf.TensorContainer;
}

/** What `run` returns on a backend, and how many tensors, buffers and bytes it left behind. */
export async function onBackend<T>(backend: string, run: () => T): Promise<{ result: T; left: number[] }> {
  await tf.setBackend(backend);
  const count = (): number[] => {
    const { numTensors, numDataBuffers, numBytes } = tf.memory();
    return [numTensors, numDataBuffers, numBytes, tf.backend().numDataIds()];
  };
  const before = count();
  const result = run();
  return { result, left: count().map((value, index) => value - (before[index] as number)) };
}

/** Expects `run` to return and to leave behind the same on ort as on tfjs-backend-cpu. */
export async function expectSameOnBoth(run: () => unknown): Promise<void> {
  const wanted = await onBackend("cpu", run);
  const given = await onBackend("ort", run);
  expect(given).toEqual(wanted);
}

/** Expects nested values to agree, numbers within `tolerance` of 1 or of their size. */
export function expectNear(actual: unknown, expected: unknown, tolerance = 1e-5, path = "result"): void {
  if (typeof expected === "number" && typeof actual === "number") {
    const near =
      Object.is(actual, expected) ||
      Math.abs(actual - expected) <= tolerance * Math.max(1, Math.abs(expected));
    if (!near) expect.fail(`${path}: ${actual}, expected ${expected}.`);
  } else if (typeof expected === "object" && expected !== null) {
    expect(Object.keys(actual as object), path).toEqual(Object.keys(expected));
    for (const [key, value] of Object.entries(expected)) {
      expectNear((actual as Record<string, unknown>)[key], value, tolerance, `${path}.${key}`);
    }
  } else expect(actual, path).toEqual(expected);
}

/** Graphs compiled, nodes written and runs made since `before`, over graphs that are still held. */
export function graphsSince(
  before: ReturnType<typeof explain>,
): { name: string; kernels: number; nodes: number; runs: number }[] {
  return explain()
    .graphs.slice(before.graphs.length)
    .map(({ name, kernels, nodes, runs }) => ({ name, kernels, nodes, runs }));
}

/** Calls a compiled function that is disposed at once. */
export function callCompiled<Args extends unknown[], Result extends tf.TensorContainer>(
  fn: (...args: Args) => Result,
  ...args: Args
): Result {
  const compiled = compile(fn);
  try {
    return compiled(...args);
  } finally {
    compiled.dispose();
  }
}
