import {
  ConfigError,
  computeStatistics,
  computeSymmetricEigenvectors,
  type MatrixOptions,
  multiplyPortably,
  Random,
} from "@gan/core";
import { tensor2d, tidy } from "@tensorflow/tfjs-core";
import type { StyleganLite } from "../stylegan-lite.js";
import { mapOfClass } from "./render-styles.js";

/** A direction in w along which pictures change. */
export interface StyleDirection {
  /** Unit vector at right angles to the other directions: [styleSize]. */
  vector: Float32Array;
  /** Eigenvalue: w's variance along it (PCA), or `‖A·v‖²` (SeFa). */
  value: number;
  /** The eigenvalue's share in the sum of all. */
  share: number;
  /** Standard deviation of w along it: what an edit's amount counts in. */
  deviation: number;
}

/** What both ways to find directions take. */
export interface DirectionOptions extends MatrixOptions {
  /** Directions to find, the strongest first. */
  count: number;
  /** Styles that are drawn to know how w is spread. Default 10,000. */
  samples?: number | undefined;
  /** Default 0. */
  seed?: number | undefined;
  /** The class of the styles that are drawn, where the model knows classes. */
  label?: number | undefined;
}

/**
 * Directions by principal components of w: eigenvectors of the covariance of drawn styles. Härkönen et al. 2020
 * (GANSpace), section 2.1.
 *
 * @throws ConfigError when more are asked for than w has dimensions.
 */
export async function computeStyleComponents(
  variant: StyleganLite,
  options: DirectionOptions,
): Promise<StyleDirection[]> {
  const { styleSize } = variant.config;
  checkCount(options.count, styleSize);
  const { covariance } = await measureSpread(variant, options);
  const { values, vectors } = computeSymmetricEigenvectors(covariance.slice(), styleSize, options);
  return describe(values, vectors, covariance, options.count);
}

/** Options of {@link computeWeightDirections}. */
export interface WeightDirectionOptions extends DirectionOptions {
  /** Layers whose weights count; default: all. */
  layers?: readonly number[] | undefined;
}

/**
 * Directions by factorising weights: eigenvectors of `AᵀA`, where A are the matrices that turn a style into each
 * feature's scale, all layers' beneath each other; those that change the scales most come first. Shen and Zhou 2021
 * (SeFa), eq. 8.
 *
 * @throws ConfigError when more are asked for than w has dimensions.
 */
export async function computeWeightDirections(
  variant: StyleganLite,
  options: WeightDirectionOptions,
): Promise<StyleDirection[]> {
  const { styleSize } = variant.config;
  checkCount(options.count, styleSize);
  const { multiply = multiplyPortably } = options;
  const gram = new Float64Array(styleSize * styleSize);
  for (const { values, features } of await readStyleWeights(variant, options.layers)) {
    const sizes = { rows: styleSize, inner: features, columns: styleSize, transposeB: true };
    const product = multiply(values, values, sizes);
    for (let at = 0; at < gram.length; at++) (gram[at] as number) += product[at] as number;
  }
  const found = computeSymmetricEigenvectors(gram, styleSize, { multiply });
  const { covariance } = await measureSpread(variant, options);
  return describe(found.values, found.vectors, covariance, options.count);
}

/** The layers' matrices, [styleSize, features] each, in float64: the transposed blocks of A. */
export async function readStyleWeights(variant: StyleganLite, layers?: readonly number[]) {
  const { synthesis } = variant.averages.generator.module;
  const chosen = layers ?? Array.from({ length: variant.styleCount }, (_, layer) => layer);
  const tensors = tidy(() =>
    chosen.flatMap((layer) => synthesis.readStyleWeights(layer).map((weight) => weight.clone())),
  );
  const blocks: { values: Float64Array; features: number }[] = [];
  for (const tensor of tensors) {
    blocks.push({ values: Float64Array.from(await tensor.data()), features: tensor.shape[1] });
    tensor.dispose();
  }
  return blocks;
}

/**
 * Mean and covariance of drawn styles.
 *
 * @returns mean [styleSize], covariance [styleSize, styleSize].
 */
export async function measureSpread(
  variant: StyleganLite,
  { samples = 10_000, seed = 0, label, multiply }: Omit<DirectionOptions, "count"> = {},
) {
  const { latentSize, styleSize } = variant.config;
  const drawn = new Random(seed).fork("spread").normals(samples * latentSize);
  const styles = tidy(() => mapOfClass(variant, tensor2d(drawn, [samples, latentSize]), { label }));
  const values = (await styles.data<"float32">()).slice();
  styles.dispose();
  return computeStatistics({ values, count: samples, size: styleSize }, { multiply });
}

function describe(
  values: Float64Array,
  vectors: Float64Array,
  covariance: Float64Array,
  count: number,
): StyleDirection[] {
  const size = values.length;
  const total = values.reduce((sum, value) => sum + value, 0);
  return Array.from({ length: count }, (_, index) => {
    const v = vectors.subarray(index * size, (index + 1) * size);
    const value = values[index] as number;
    let variance = 0; // vᵀ·C·v
    for (let row = 0; row < size; row++) {
      for (let column = 0; column < size; column++) {
        variance += (v[row] as number) * (covariance[row * size + column] as number) * (v[column] as number);
      }
    }
    const deviation = Math.sqrt(Math.max(0, variance));
    return { vector: Float32Array.from(v), value, share: value / total, deviation };
  });
}

function checkCount(count: number, styleSize: number): void {
  if (Number.isInteger(count) && count >= 1 && count <= styleSize) return;
  throw new ConfigError(
    "stylegan-lite",
    `the number of directions must be from 1 to ${styleSize}, the size of w, got ${count}.`,
  );
}
