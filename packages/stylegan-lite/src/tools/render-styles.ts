import { ConfigError, createRowContext, createSeedNoise, type ForwardContext, Random } from "@gan/core";
import {
  concat,
  fill,
  slice,
  type Tensor1D,
  type Tensor2D,
  type Tensor4D,
  tensor2d,
  tidy,
} from "@tensorflow/tfjs-core";
import { type LayeredStyles, spreadStyles } from "../layered-styles.js";
import type { StyleganLite } from "../stylegan-lite.js";

/** Pictures that are made at once. */
const batchSize = 32;

/**
 * The noise that every picture of the tools is made with: always the same, so that pictures differ by their styles
 * alone and a saved style gives the same picture again.
 *
 * @param count Pictures that are made at once.
 */
export function createFixedNoise(count: number): ForwardContext {
  const rows = Array.from({ length: count }, () => new Random(0).fork("fixed-noise"));
  return createRowContext(rows, new Random(0));
}

/**
 * Styles → pictures with the noise of {@link createFixedNoise}.
 *
 * @param styles [count, styleCount, styleSize]; stays the caller's.
 * @returns [count, imageSize, imageSize, channels] in [-1, 1], owned by the caller.
 */
export function renderStyles(variant: Pick<StyleganLite, "synthesize">, styles: LayeredStyles): Tensor4D {
  const [count, ...shape] = styles.shape;
  return tidy(() => {
    const parts: Tensor4D[] = [];
    for (let first = 0; first < count; first += batchSize) {
      const size = Math.min(batchSize, count - first);
      const part = slice(styles, [first, 0, 0], [size, ...shape]);
      parts.push(variant.synthesize(part, createFixedNoise(size)));
    }
    return concat(parts, 0);
  });
}

/** How seeds become styles. */
export interface SeedOptions {
  /** ψ; default 1. */
  truncation?: number | undefined;
  /** The class of all pictures, where the model knows classes. */
  label?: number | undefined;
}

/**
 * The latents of seeds, those of `generate --seeds`: [seeds, latentSize], owned by the caller.
 *
 * @param seeds Whole numbers from 0.
 */
export function drawSeedLatents(variant: Pick<StyleganLite, "config">, seeds: readonly number[]): Tensor2D {
  const { latentSize } = variant.config;
  const values = new Float32Array(seeds.length * latentSize);
  for (const [index, seed] of seeds.entries()) {
    values.set(createSeedNoise(seed).normals(latentSize), index * latentSize);
  }
  return tensor2d(values, [seeds.length, latentSize]);
}

/**
 * The styles of seeds, the same for every layer.
 *
 * @returns [seeds, styleCount, styleSize], owned by the caller.
 * @throws ConfigError when the model needs a class and has none, or the other way round.
 */
export function mapSeeds(
  variant: StyleganLite,
  seeds: readonly number[],
  options: SeedOptions = {},
): LayeredStyles {
  return tidy(() => mapToLayers(variant, drawSeedLatents(variant, seeds), options));
}

/**
 * Latents → styles for every layer: [count, latentSize] → [count, styleCount, styleSize], owned by the caller.
 *
 * @throws ConfigError as {@link mapSeeds}.
 */
export function mapToLayers(
  variant: StyleganLite,
  latents: Tensor2D,
  options: SeedOptions = {},
): LayeredStyles {
  return tidy(() => spreadStyles(mapOfClass(variant, latents, options), variant.styleCount));
}

/** Latents → styles, all of one class: [count, latentSize] → [count, styleSize], owned by the caller. */
export function mapOfClass(
  variant: StyleganLite,
  latents: Tensor2D,
  { truncation = 1, label }: SeedOptions = {},
): Tensor2D {
  if (label === undefined) return variant.mapLatents(latents, { truncation });
  const { classCount } = variant.config;
  if (classCount > 0 && !(Number.isInteger(label) && label >= 0 && label < classCount)) {
    throw new ConfigError("stylegan-lite", `the class must be 0 to ${classCount - 1}, got ${label}.`);
  }
  return tidy(() => {
    const labels = fill([latents.shape[0]], label, "int32") as Tensor1D;
    return variant.mapLatents(latents, { truncation, labels });
  });
}
