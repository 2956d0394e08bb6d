import * as tf from "@tensorflow/tfjs-core";
import { expect } from "vitest";
import { configure, explain } from "../index.js";

/** Where functions turn: not numbers, infinities, zeros of both signs, halves, large and small. */
export const SPECIAL: readonly number[] = [
  Number.NaN,
  Number.POSITIVE_INFINITY,
  Number.NEGATIVE_INFINITY,
  0,
  -0,
  1,
  -1,
  0.5,
  -0.5,
  1.5,
  -1.5,
  2.5,
  -3.5,
  1e-6,
  -1e-6,
  7.25,
  -7.25,
  20,
  -20,
  100,
  -100,
];

/** {@link SPECIAL} without NaN. */
export const ORDERED: readonly number[] = SPECIAL.filter((value) => !Number.isNaN(value));

export const INTEGERS: readonly number[] = [0, 1, -1, 2, -2, 3, 7, -7, 100, -100, 16_777_217, -16_777_219];

export const BITS: readonly number[] = [0, 1, 1, 0, 1];

export type Data = Record<"float32" | "int32" | "bool", readonly number[]>;

/** Values of each dtype. */
export const VALUES: Data = { float32: SPECIAL, int32: INTEGERS, bool: BITS };

type DType = keyof Data;

/** A tensor of the shape, filled by repeating `values` from `offset` on. */
export function filled(
  shape: readonly number[],
  dtype: DType,
  values = VALUES[dtype],
  offset = 0,
): tf.Tensor {
  const size = tf.util.sizeFromShape([...shape]);
  const data = Array.from({ length: size }, (_, index) => values[(index + offset) % values.length] as number);
  return tf.tensor(data, [...shape] as [number], dtype);
}

/** Every value against every value: a column and a row to broadcast. */
export function pairs(dtype: DType, values = VALUES[dtype]): [tf.Tensor, tf.Tensor] {
  return [filled([values.length, 1], dtype, values), filled([values.length], dtype, values)];
}

/** Runs a kernel by name, with whatever attributes. */
export function kernel<Result = tf.Tensor>(
  name: string,
  inputs: Record<string, tf.Tensor> | tf.Tensor[],
  attributes: object = {},
): Result {
  return tf.engine().runKernel(name, inputs as never, attributes as never) as unknown as Result;
}

interface Outcome {
  readonly shape: readonly number[];
  readonly dtype: string;
  readonly values: ArrayLike<number>;
}

async function outcomes(backend: string, run: () => tf.Tensor | tf.Tensor[]): Promise<Outcome[]> {
  await tf.setBackend(backend);
  return tf.tidy(() =>
    [run()].flat().map((tensor) => ({ shape: tensor.shape, dtype: tensor.dtype, values: tensor.dataSync() })),
  );
}

/**
 * Expects the same results from tfjs-backend-cpu and from ort: shapes, dtypes, NaN and infinities, and each
 * float within `tolerance` of its own magnitude (and of 0.1), integers exactly; with every call of `name`
 * lowered and at least one made.
 */
export async function expectSame(
  name: string,
  run: () => tf.Tensor | tf.Tensor[],
  tolerance = 1e-5,
): Promise<void> {
  const wanted = await outcomes("cpu", run);
  configure({ refuseFallback: [name] });
  const callsBefore = explain().lowered[name] ?? 0;
  const given = await outcomes("ort", run);
  expect(explain().lowered[name] ?? 0, `lowered calls of ${name}`).toBeGreaterThan(callsBefore);
  expect(given.map(({ shape, dtype }) => ({ shape, dtype }))).toEqual(
    wanted.map(({ shape, dtype }) => ({ shape, dtype })),
  );
  for (const [index, { values, dtype }] of wanted.entries()) {
    const allowed = dtype === "float32" ? tolerance : 0;
    const actual = (given[index] as Outcome).values;
    const wrong = Array.from(values).flatMap((value, at) => {
      const got = actual[at] as number;
      const near = Math.abs(got - value) <= allowed * Math.max(0.1, Math.abs(value));
      return Object.is(got, value) || got === value || near ? [] : [`${at}: ${got}, not ${value}`];
    });
    expect(wrong, `${name}, result ${index}`).toEqual([]);
  }
}
