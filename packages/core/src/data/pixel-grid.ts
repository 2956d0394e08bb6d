import { ShapeError } from "../errors/index.js";

/** One picture as bytes, row by row. */
export interface PixelImage {
  /** Pixels. */
  width: number;
  /** Pixels. */
  height: number;
  /** Channels of a picture: 1 for grey, 3 for RGB, 4 with alpha. */
  channels: number;
  /** [height, width, channels], values 0 to 255. */
  pixels: Uint8Array;
}

/** Float pictures as a network gives them. */
export interface FloatImages {
  /** [count, height, width, channels]. */
  shape: readonly [number, number, number, number];
  /** Values in [-1, 1]; what lies outside is clipped. */
  values: Float32Array;
}

/**
 * Lays pictures out in rows, separated by a margin of black.
 *
 * @param columns Pictures in a row; default: the smallest square that holds them all.
 * @param margin Pixels between and around the pictures.
 * @throws ShapeError when `values` has not the length that `shape` declares.
 */
export function composePixelGrid(images: FloatImages, columns?: number, margin = 2): PixelImage {
  const [count, height, width, channels] = images.shape;
  const expected = count * height * width * channels;
  if (images.values.length !== expected || count < 1) {
    throw new ShapeError(
      "core",
      `a grid of [${images.shape.join(", ")}] needs ${expected} values, got ${images.values.length}.`,
    );
  }
  const across = Math.min(count, columns ?? Math.ceil(Math.sqrt(count)));
  const down = Math.ceil(count / across);
  const gridWidth = across * (width + margin) + margin;
  const gridHeight = down * (height + margin) + margin;
  const pixels = new Uint8Array(gridWidth * gridHeight * channels);
  for (let image = 0; image < count; image++) {
    const left = margin + (image % across) * (width + margin);
    const top = margin + Math.floor(image / across) * (height + margin);
    for (let row = 0; row < height; row++) {
      const from = (image * height + row) * width * channels;
      const to = ((top + row) * gridWidth + left) * channels;
      for (let offset = 0; offset < width * channels; offset++) {
        pixels[to + offset] = toByte(images.values[from + offset] as number);
      }
    }
  }
  return { width: gridWidth, height: gridHeight, channels, pixels };
}

/** [-1, 1] → 0 to 255, rounded and clipped. */
export function toByte(value: number): number {
  return Math.min(255, Math.max(0, Math.round((value + 1) * 127.5)));
}
