import type { PixelImage } from "../data/index.js";
import { ShapeError } from "../errors/index.js";
import { checkSameShape } from "./pixel-errors.js";

/** One channel of a picture as float64. */
interface Plane {
  width: number;
  height: number;
  /** [height, width], 0 to 255. */
  values: Float64Array;
}

const windowSize = 11;
/** Gaussian with a standard deviation of 1.5, its sum 1. */
const gaussian = createGaussian(windowSize, 1.5);
/** (K·L)² with K₁ = .01, K₂ = .03, L = 255. */
const [c1, c2] = [(0.01 * 255) ** 2, (0.03 * 255) ** 2];

/** Options of {@link computeStructuralSimilarity} and {@link computeMultiScaleSimilarity}. */
export interface SimilarityOptions {
  /**
   * Where similarity is averaged: over `whole` windows, as the paper, scikit-image and TensorFlow do, or
   * over windows about every pixel of the pictures mirrored at their border, as torchmetrics does.
   * Default `whole`.
   */
  windows?: "whole" | "mirrored" | undefined;
}

/**
 * The structural similarity of two pictures: mean over all whole 11×11 Gaussian windows (σ = 1.5) and
 * channels of (2μ₁μ₂ + C₁)(2σ₁₂ + C₂)/((μ₁² + μ₂² + C₁)(σ₁² + σ₂² + C₂)), bytes as values, population
 * covariances (Wang et al. 2004). 1 for equal pictures.
 *
 * @throws ShapeError when the pictures' shapes differ or a side is under 11 pixels.
 */
export function computeStructuralSimilarity(
  one: PixelImage,
  other: PixelImage,
  { windows = "whole" }: SimilarityOptions = {},
): number {
  checkWindow(one, other, windowSize);
  return averageSimilarity(pairChannels(one, other), windows);
}

function averageSimilarity(pairs: readonly [Plane, Plane][], windows: "whole" | "mirrored"): number {
  const values = pairs.map(
    ([a, b]) =>
      (windows === "whole" ? compareWindows(a, b) : compareWindows(mirror(a), mirror(b))).similarity,
  );
  return average(values);
}

const average = (values: readonly number[]) => values.reduce((sum, value) => sum + value, 0) / values.length;

/** Exponents of the five scales, the finest first. Wang et al. 2003. */
const scaleWeights = [0.0448, 0.2856, 0.3001, 0.2363, 0.1333];

/** Side that pictures need at least so that the fifth scale has a whole window. */
export const leastMultiScaleSide = windowSize * 2 ** (scaleWeights.length - 1);

/**
 * The multi-scale structural similarity: contrast and structure at five scales, each half as large by
 * averages of 2×2, and luminance at the coarsest (Wang, Simoncelli and Bovik 2003). Negative terms count
 * as 0. Means over windows and channels are taken at each scale.
 *
 * @throws ShapeError when the pictures' shapes differ or a side is under 176 pixels, for which the fifth scale
 *   has no whole window.
 */
export function computeMultiScaleSimilarity(
  one: PixelImage,
  other: PixelImage,
  { windows = "whole" }: SimilarityOptions = {},
): number {
  checkWindow(one, other, leastMultiScaleSide);
  let pairs = pairChannels(one, other);
  return scaleWeights.reduce((product, weight, scale) => {
    const isLast = scale === scaleWeights.length - 1;
    const term = isLast
      ? averageSimilarity(pairs, windows)
      : average(pairs.map(([a, b]) => compareWindows(a, b).structure));
    pairs = pairs.map(([a, b]) => [halve(a), halve(b)]);
    return product * Math.max(term, 0) ** weight;
  }, 1);
}

/** Mean similarity and mean of its contrast and structure term over all whole windows. */
function compareWindows(one: Plane, other: Plane): { similarity: number; structure: number } {
  const product = (a: Plane, b: Plane): Plane => ({
    ...a,
    values: a.values.map((value, index) => value * (b.values[index] as number)),
  });
  const planes = [one, other, product(one, one), product(other, other), product(one, other)];
  const [m1, m2, s11, s22, s12] = planes.map(blur) as [
    Float64Array,
    Float64Array,
    Float64Array,
    Float64Array,
    Float64Array,
  ];
  let [similarity, structure] = [0, 0];
  for (let index = 0; index < m1.length; index++) {
    const [a, b] = [m1[index] as number, m2[index] as number];
    const variance = (s11[index] as number) - a * a + (s22[index] as number) - b * b;
    const covariance = (s12[index] as number) - a * b;
    const term = (2 * covariance + c2) / (variance + c2);
    structure += term;
    similarity += ((2 * a * b + c1) / (a * a + b * b + c1)) * term;
  }
  return { similarity: similarity / m1.length, structure: structure / m1.length };
}

/** Gaussian means of all whole windows: [height - 10, width - 10]. */
function blur({ width, height, values }: Plane): Float64Array {
  const columns = width - windowSize + 1;
  const rows = height - windowSize + 1;
  const across = new Float64Array(height * columns);
  for (let row = 0; row < height; row++) {
    for (let column = 0; column < columns; column++) {
      let sum = 0;
      for (let tap = 0; tap < windowSize; tap++) {
        sum += (gaussian[tap] as number) * (values[row * width + column + tap] as number);
      }
      across[row * columns + column] = sum;
    }
  }
  const blurred = new Float64Array(rows * columns);
  for (let tap = 0; tap < windowSize; tap++) {
    const weight = gaussian[tap] as number;
    for (let index = 0; index < blurred.length; index++) {
      (blurred[index] as number) += weight * (across[index + tap * columns] as number);
    }
  }
  return blurred;
}

/** Means of 2×2 values; an odd last row or column is left out. */
function halve({ width, height, values }: Plane): Plane {
  const [columns, rows] = [width >> 1, height >> 1];
  const halved = new Float64Array(rows * columns);
  for (let row = 0; row < rows; row++) {
    for (let column = 0; column < columns; column++) {
      const at = 2 * row * width + 2 * column;
      const corners = [values[at], values[at + 1], values[at + width], values[at + width + 1]] as number[];
      halved[row * columns + column] = corners.reduce((sum, value) => sum + value, 0) / 4;
    }
  }
  return { width: columns, height: rows, values: halved };
}

/** Five pixels more on each side, mirrored without repeating the border. */
function mirror({ width, height, values }: Plane): Plane {
  const margin = (windowSize - 1) / 2;
  const [columns, rows] = [width + 2 * margin, height + 2 * margin];
  const turn = (place: number, side: number) => {
    const turned = Math.abs(place - margin);
    return turned < side ? turned : 2 * (side - 1) - turned;
  };
  const mirrored = Float64Array.from(
    { length: rows * columns },
    (_, index) =>
      values[turn(Math.floor(index / columns), height) * width + turn(index % columns, width)] as number,
  );
  return { width: columns, height: rows, values: mirrored };
}

function pairChannels(one: PixelImage, other: PixelImage): [Plane, Plane][] {
  return Array.from({ length: one.channels }, (_, channel) => [
    takeChannel(one, channel),
    takeChannel(other, channel),
  ]);
}

function takeChannel({ width, height, channels, pixels }: PixelImage, channel: number): Plane {
  const values = new Float64Array(width * height);
  for (let index = 0; index < values.length; index++) {
    values[index] = pixels[index * channels + channel] as number;
  }
  return { width, height, values };
}

function createGaussian(size: number, deviation: number): Float64Array {
  const taps = Float64Array.from({ length: size }, (_, index) =>
    Math.exp(-((index - (size - 1) / 2) ** 2) / (2 * deviation ** 2)),
  );
  const sum = taps.reduce((total, tap) => total + tap, 0);
  return taps.map((tap) => tap / sum);
}

function checkWindow(one: PixelImage, other: PixelImage, least: number): void {
  checkSameShape(one, other);
  if (Math.min(one.width, one.height) >= least) return;
  throw new ShapeError(
    "core",
    `pictures to compare must have at least ${least} pixels on each side, got ${one.height}×${one.width}.`,
  );
}
