import { ConfigError } from "../errors/index.js";
import type { SizedImageSet } from "./image-batches.js";
import type { PixelImage } from "./pixel-grid.js";

/**
 * The same pictures at a fraction of their size: each pixel is the mean of `factor`² ones, rounded. What
 * is left over at the right and below is dropped.
 *
 * @param factor A whole number; 1 gives the set itself.
 * @throws ConfigError when nothing would be left.
 */
export function reduceSet(set: SizedImageSet, factor: number): SizedImageSet {
  if (factor === 1) return set;
  const height = Math.floor(set.height / factor);
  const width = Math.floor(set.width / factor);
  if (!(Number.isInteger(factor) && factor > 1 && height > 0 && width > 0)) {
    throw new ConfigError(
      "core",
      `pictures of ${set.height}×${set.width} cannot be reduced by ${factor}. Use a whole number up to ${Math.min(set.height, set.width)}.`,
    );
  }
  return {
    ...set,
    height,
    width,
    read: async (index) => reducePicture(await set.read(index), factor),
  };
}

function reducePicture({ width, height, channels, pixels }: PixelImage, factor: number): PixelImage {
  const [rows, columns] = [Math.floor(height / factor), Math.floor(width / factor)];
  const reduced = new Uint8Array(rows * columns * channels);
  const area = factor * factor;
  for (let row = 0; row < rows; row++) {
    for (let column = 0; column < columns; column++) {
      for (let channel = 0; channel < channels; channel++) {
        let sum = 0;
        for (let y = row * factor; y < (row + 1) * factor; y++) {
          let from = (y * width + column * factor) * channels + channel;
          for (let x = 0; x < factor; x++, from += channels) sum += pixels[from] as number;
        }
        reduced[(row * columns + column) * channels + channel] = Math.round(sum / area);
      }
    }
  }
  return { width: columns, height: rows, channels, pixels: reduced };
}
