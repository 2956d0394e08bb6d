import type { PixelImage } from "../data/index.js";
import { ShapeError } from "../errors/index.js";

/** How far two pictures are apart, value by value. */
export interface PixelErrors {
  /** Mean absolute difference, as a share of the range: 0 to 1. */
  l1: number;
  /** Root of the mean squared difference, as a share of the range: 0 to 1. */
  l2: number;
  /** Peak signal-to-noise ratio 10·log₁₀(255²/MSE) in decibel; infinite for equal pictures. */
  psnr: number;
}

/**
 * Compares a picture with what it should be: for CycleGAN a picture with what came back around the cycle,
 * or a translation with its hidden partner.
 *
 * @throws ShapeError when their sizes or channels differ.
 */
export function computePixelErrors(one: PixelImage, other: PixelImage): PixelErrors {
  checkSameShape(one, other);
  let [absolute, squared] = [0, 0];
  const { length } = one.pixels;
  for (let index = 0; index < length; index++) {
    const difference = (one.pixels[index] as number) - (other.pixels[index] as number);
    absolute += Math.abs(difference);
    squared += difference * difference;
  }
  const mean = squared / length;
  return {
    l1: absolute / length / 255,
    l2: Math.sqrt(mean) / 255,
    psnr: 10 * Math.log10((255 * 255) / mean),
  };
}

/** @throws ShapeError when sizes or channels of two pictures differ. */
export function checkSameShape(one: PixelImage, other: PixelImage): void {
  const [first, second] = [one, other].map(({ height, width, channels }) => `${height}×${width}×${channels}`);
  if (first === second && one.pixels.length === other.pixels.length && one.pixels.length > 0) return;
  throw new ShapeError(
    "core",
    `pictures to compare must have one size, got ${first} and ${second}. Resize one of them.`,
  );
}
