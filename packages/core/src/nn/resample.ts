import {
  avgPool,
  customGrad,
  image,
  mirrorPad,
  mul,
  slice,
  type Tensor,
  type Tensor4D,
} from "@tensorflow/tfjs-core";
import { ShapeError } from "../errors/index.js";
import { checkImages } from "./check-channels.js";
import { firUpsample } from "./fir.js";

/**
 * Each pixel becomes 2 × 2 equal ones: [B, H, W, C] → [B, 2H, 2W, C].
 *
 * @throws ShapeError when x is no batch of pictures.
 */
export function upsampleNearest(x: Tensor4D): Tensor4D {
  checkImages("upsampleNearest", x);
  // tfjs-backend-cpu's own gradient is wrong for more than one picture.
  return customGrad((value) => {
    const [, height, width] = x.shape;
    return {
      value: image.resizeNearestNeighbor(value as Tensor4D, [2 * height, 2 * width]) as Tensor,
      gradFunc: (dy: Tensor) => mul(avgPool(dy as Tensor4D, 2, 2, "valid"), 4),
    };
  })(x) as Tensor4D;
}

/**
 * Twice the size, interpolated linearly between pixels' centres, the border continued by itself:
 * [B, H, W, C] → [B, 2H, 2W, C]. PyTorch's `interpolate` with `align_corners=False`.
 *
 * @throws ShapeError when x is no batch of pictures.
 */
export function upsampleBilinear(x: Tensor4D): Tensor4D {
  checkImages("upsampleBilinear", x);
  const [batch, height, width, channels] = x.shape;
  const one: [number, number] = [1, 1];
  const extended = mirrorPad(x, [[0, 0], one, one, [0, 0]], "symmetric");
  // ¼, ¾, ¾, ¼ in between zeros is linear interpolation; what the border spoils is cut off.
  return slice(firUpsample(extended), [0, 2, 2, 0], [batch, 2 * height, 2 * width, channels]);
}

/**
 * The mean of each 2 × 2 pixels: [B, H, W, C] → [B, H / 2, W / 2, C].
 *
 * @throws ShapeError when a side is odd.
 */
export function downsampleBox(x: Tensor4D): Tensor4D {
  checkEvenSides("downsampleBox", x);
  return avgPool(x, 2, 2, "valid");
}

/** @throws ShapeError when x is no batch of pictures of even sides. */
export function checkEvenSides(operation: string, x: Tensor4D): void {
  checkImages(operation, x);
  const [, height, width] = x.shape;
  if (height % 2 === 0 && width % 2 === 0) return;
  throw new ShapeError(
    "core",
    `${operation} needs an even height and width, got [${x.shape.join(", ")}]. Use pictures of a power of two.`,
  );
}
