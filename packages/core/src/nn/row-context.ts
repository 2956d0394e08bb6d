import { type Tensor, tensor } from "@tensorflow/tfjs-core";
import { Random } from "../random/index.js";
import type { ForwardContext } from "./forward-context.js";
import { createInferenceContext, type InferenceOptions } from "./inference-context.js";

/** Where one picture's noise comes from: the same numbers in the same order, whatever batch it is made in. */
export interface RowNoise {
  /** N(0, 1). */
  normals(count: number): Float32Array;
  /** Uniform in [0, 1). */
  uniforms(count: number): Float32Array;
}

/**
 * A context to run networks outside training in which each row of a batch has noise of its own: a picture
 * depends on its own noise only, not on those that are made with it.
 *
 * @param rows One for each picture; a {@link Random} is one.
 * @param shared Noise that has no row for each picture.
 */
export function createRowContext(
  rows: readonly RowNoise[],
  shared: Random,
  options?: InferenceOptions,
): ForwardContext {
  const ctx = createInferenceContext(shared, options);
  const named = new Map<string, Tensor>();
  const byRow =
    (kind: "normal" | "uniform", draw: (row: RowNoise, count: number) => Float32Array) =>
    (shape: readonly number[], name?: string) => {
      if (shape[0] !== rows.length) return ctx[kind](shape, name);
      const known = name === undefined ? undefined : named.get(name);
      if (known !== undefined && !known.isDisposed) return known;
      const size = shape.slice(1).reduce((product, dimension) => product * dimension, 1);
      const values = new Float32Array(size * rows.length);
      for (const [index, row] of rows.entries()) values.set(draw(row, size), index * size);
      const noise = tensor(values, [...shape], "float32");
      if (name !== undefined) named.set(name, noise);
      return noise;
    };
  return {
    ...ctx,
    normal: byRow("normal", (row, count) => row.normals(count)),
    uniform: byRow("uniform", (row, count) => row.uniforms(count)),
  };
}

/**
 * The noise of one picture of a seed: what `generate` makes picture `index` of `--seed`, or the picture of one of
 * `--seeds`, from.
 *
 * @param index Default 0, the seed's first picture.
 */
export const createSeedNoise = (seed: number, index = 0): RowNoise =>
  new Random(seed).fork("generate").fork(String(index));

/**
 * Noise on the way from one picture to another: N(0, 1) noise on the great circle through both, so that its length
 * stays typical, uniform noise on the straight line. White 2016, Sampling Generative Networks.
 *
 * @param share 0 at `from`, 1 at `to`.
 */
export function createNoiseBetween(from: RowNoise, to: RowNoise, share: number): RowNoise {
  return {
    normals: (count) => interpolateSpherically(from.normals(count), to.normals(count), share),
    uniforms: (count) => blend(from.uniforms(count), to.uniforms(count), 1 - share, share),
  };
}

/**
 * sin((1 - t)·ω)/sin ω · a + sin(t·ω)/sin ω · b, where ω is the angle between a and b; the straight line where they
 * point the same way.
 */
export function interpolateSpherically(a: Float32Array, b: Float32Array, share: number): Float32Array {
  const dot = (x: Float32Array, y: Float32Array) =>
    x.reduce((sum, value, at) => sum + value * (y[at] as number), 0);
  const cosine = dot(a, b) / Math.sqrt(dot(a, a) * dot(b, b));
  const angle = Math.acos(Math.min(1, Math.max(-1, cosine)));
  const sine = Math.sin(angle);
  if (!(sine > 1e-6)) return blend(a, b, 1 - share, share);
  return blend(a, b, Math.sin((1 - share) * angle) / sine, Math.sin(share * angle) / sine);
}

const blend = (a: Float32Array, b: Float32Array, first: number, second: number): Float32Array =>
  a.map((value, at) => value * first + (b[at] as number) * second);
