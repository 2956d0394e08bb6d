import { readFile } from "node:fs/promises";
import { DataError, fromPixelImages, type PictureFit } from "@gan/core";
import { decodePicture } from "@gan/core/node";
import type { Tensor4D } from "@tensorflow/tfjs-core";
import type { StyleganLiteConfig } from "../config.js";

/** What is done to a picture that a model cannot take as it is. */
export interface OpenPictureOptions {
  /** How a picture of another size is brought to the model's; default: it is refused. */
  fit?: PictureFit | undefined;
  /** Colour beneath transparent pixels; default: they are refused, unless the model has alpha. */
  background?: string | undefined;
}

/**
 * Opens a picture to be projected.
 *
 * @returns [1, imageSize, imageSize, channels] in [-1, 1], owned by the caller.
 * @throws DataError when it cannot be read, has another size and `fit` is absent, or is transparent and `background` is
 *   absent; the model's channels decide between grey and colour.
 */
export async function openPicture(
  path: string,
  { imageSize, channels }: Pick<StyleganLiteConfig, "imageSize" | "channels">,
  { fit, background }: OpenPictureOptions = {},
): Promise<Tensor4D> {
  const bytes = await readFile(path).catch((cause: Error) => {
    throw new DataError("stylegan-lite", `cannot read ${path}: ${cause.message}. Check its path.`, { cause });
  });
  const { width, height, pixels } = await decodePicture(bytes, path, { channels: 4 });
  if (fit === undefined && (width !== imageSize || height !== imageSize)) {
    throw new DataError(
      "stylegan-lite",
      `${path} must have the model's ${imageSize}×${imageSize} pixels, got ${width}×${height}. Crop it with --fit cover, pad it with --fit contain, or distort it with --fit stretch.`,
    );
  }
  const isTransparent = pixels.some((value, at) => at % 4 === 3 && value < 255);
  if (isTransparent && channels !== 4 && background === undefined) {
    throw new DataError(
      "stylegan-lite",
      `${path} has transparent pixels, and the model knows none. Say what is beneath them: --background white.`,
    );
  }
  const shape = { width: imageSize, height: imageSize, channels, fit: fit ?? "stretch" } as const;
  const picture = await decodePicture(bytes, path, {
    ...shape,
    ...(background !== undefined && { background }),
  });
  return fromPixelImages([picture]);
}
