import {
  clipByValue,
  matMul,
  reshape,
  type Tensor3D,
  type Tensor4D,
  tensor3d,
  transpose,
} from "@tensorflow/tfjs-core";
import { ShapeError } from "../../errors/index.js";
import type { ResizeMethod } from "../feature-extractor.js";
import { createBicubicTaps, createBilinearTaps, type Taps } from "./taps.js";

/**
 * Brings pictures to a square as `resizePicture` does, but as tensors and with a gradient: `R_h · X · R_wᵀ`.
 *
 * @param images [B, H, W, C], 0 to 255.
 * @param size Side of the square in pixels.
 * @returns [B, size, size, C].
 * @throws ShapeError with `none`, when the pictures have another size.
 */
export function resizeImages(images: Tensor4D, size: number, method: ResizeMethod): Tensor4D {
  const [batch, height, width, channels] = images.shape;
  if (width === size && height === size) return images;
  if (method === "none") {
    throw new ShapeError(
      "core",
      `without resizing every picture must be ${size}×${size}, got ${width}×${height}. Choose a resize method.`,
    );
  }
  const createTaps = method === "clean" ? createBicubicTaps : createBilinearTaps;
  const resample = (x: Tensor3D, taps: Taps, inputs: number): Tensor3D =>
    matMul(x, createMatrix(taps, inputs), false, true); // [.., inputs] → [.., size]
  const first: Tensor3D = reshape(transpose(images, [0, 3, 1, 2]), [1, -1, width]); // [1, B·C·H, W]
  const wide = resample(first, createTaps(width, size), width); // [1, B·C·H, S]
  const turned: Tensor3D = transpose(reshape(wide, [batch * channels, height, size]), [0, 2, 1]); // [B·C, S, H]
  const flat: Tensor3D = reshape(turned, [1, -1, height]);
  const square = resample(flat, createTaps(height, size), height); // [1, B·C·S, S], columns first
  const resized: Tensor4D = transpose(reshape(square, [batch, channels, size, size]), [0, 3, 2, 1]);
  return method === "clean" ? clipByValue(resized, 0, 255) : resized; // the cubic overshoots at edges
}

/** The taps as a matrix with a row for each output: [1, outputs, inputs]. */
function createMatrix({ starts, count, weights }: Taps, inputs: number): Tensor3D {
  const outputs = starts.length;
  const values = new Float32Array(outputs * inputs);
  for (let output = 0; output < outputs; output++) {
    const start = starts[output] as number;
    for (let tap = 0; tap < Math.min(count, inputs - start); tap++) {
      values[output * inputs + start + tap] = weights[output * count + tap] as number;
    }
  }
  return tensor3d(values, [1, outputs, inputs]);
}
