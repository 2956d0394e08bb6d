import { type Tensor4D, tensor4d } from "@tensorflow/tfjs-core";
import { composePixelGrid, type PixelImage } from "./pixel-grid.js";

/**
 * A batch's pictures as bytes, as they would be saved.
 *
 * @param images [count, height, width, channels], float32 in [-1, 1]; stays the caller's.
 */
export async function toPixelImages(images: Tensor4D): Promise<PixelImage[]> {
  const [count, height, width, channels] = images.shape;
  const values = await images.data<"float32">();
  const size = height * width * channels;
  return Array.from({ length: count }, (_, index) => {
    const own = values.slice(index * size, (index + 1) * size);
    return composePixelGrid({ shape: [1, height, width, channels], values: own }, 1, 0);
  });
}

/** Pictures of one size as [count, height, width, channels], float32 in [-1, 1], owned by the caller. */
export function fromPixelImages(pictures: readonly PixelImage[]): Tensor4D {
  const [{ height, width, channels }] = pictures as [PixelImage];
  const size = height * width * channels;
  const values = new Float32Array(pictures.length * size);
  pictures.forEach(({ pixels }, index) => {
    values.set(
      Float32Array.from(pixels, (byte) => byte / 127.5 - 1),
      index * size,
    );
  });
  return tensor4d(values, [pictures.length, height, width, channels], "float32");
}
