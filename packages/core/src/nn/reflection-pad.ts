import { mirrorPad, type Tensor4D } from "@tensorflow/tfjs-core";
import { ShapeError } from "../errors/index.js";
import { checkCounts, checkImages } from "./check-channels.js";

/**
 * Continues pictures beyond their border by their mirror image, the border itself not repeated:
 * [B, H, W, C] → [B, H + 2·size, W + 2·size, C].
 *
 * @param size Rows and columns on each side.
 * @throws ShapeError when a picture is not larger than `size`.
 */
export function reflectionPad(x: Tensor4D, size: number): Tensor4D {
  checkImages("reflectionPad", x);
  checkCounts("reflectionPad", { size }, 0);
  if (Math.min(...x.shape.slice(1, 3)) <= size) {
    throw new ShapeError(
      "core",
      `reflectionPad by ${size} needs at least ${size + 1} × ${size + 1} pixels, got [${x.shape.join(", ")}]. Use larger pictures.`,
    );
  }
  if (size === 0) return x;
  const amount: [number, number] = [size, size];
  return mirrorPad(x, [[0, 0], amount, amount, [0, 0]], "reflect");
}
