import { type Tensor4D, tensor4d } from "@tensorflow/tfjs-core";
import { ShapeError } from "../errors/index.js";
import { placePart, type View } from "./augmentation.js";
import type { PixelImage } from "./pixel-grid.js";

/** Byte 0 to 255 → float in [-1, 1]. */
const toUnit = Float32Array.from({ length: 256 }, (_, byte) => byte / 127.5 - 1);

/** The pictures of a batch as [pictures, size, size, channels], float32 in [-1, 1]. */
export function createPictureTensor(
  pictures: readonly { picture: PixelImage; view: View }[],
  size: number,
  channels: number,
): Tensor4D {
  const values = gatherPictures(pictures, size, channels);
  return tensor4d(values, [pictures.length, size, size, channels], "float32");
}

/**
 * Copies pictures into a [pictures, size, size, channels] array of floats in [-1, 1]: a part of those
 * that are larger, a black border around those that are smaller.
 */
function gatherPictures(
  pictures: readonly { picture: PixelImage; view: View }[],
  size: number,
  channels: number,
): Float32Array {
  const values = new Float32Array(pictures.length * size * size * channels).fill(-1);
  pictures.forEach(({ picture, view }, position) => {
    const { height, width, pixels } = picture;
    if (pixels.length !== height * width * channels) {
      throw new ShapeError(
        "core",
        `pictures must be [height, width, ${channels}], got ${pixels.length} values for ${height}×${width}.`,
      );
    }
    const top = placePart(height, size, view.top);
    const left = placePart(width, size, view.left);
    const [firstRow, firstColumn] = [Math.max(top, 0), Math.max(left, 0)];
    const rows = Math.min(height, size);
    const columns = Math.min(width, size);
    for (let row = 0; row < rows; row++) {
      const from = ((firstRow + row) * width + firstColumn) * channels;
      const toRow = (position * size + firstRow - top + row) * size;
      if (view.flipped) {
        for (let column = 0; column < columns; column++) {
          const to = (toRow + size - 1 - (firstColumn - left + column)) * channels;
          for (let channel = 0; channel < channels; channel++) {
            values[to + channel] = toUnit[pixels[from + column * channels + channel] as number] as number;
          }
        }
      } else {
        const to = (toRow + firstColumn - left) * channels;
        for (let offset = 0; offset < columns * channels; offset++) {
          values[to + offset] = toUnit[pixels[from + offset] as number] as number;
        }
      }
    }
  });
  return values;
}
