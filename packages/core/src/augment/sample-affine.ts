import {
  abs,
  add,
  cast,
  concat,
  floor,
  gather,
  minimum,
  mul,
  range,
  reshape,
  sub,
  sum,
  type Tensor,
  type Tensor1D,
  type Tensor2D,
  type Tensor4D,
} from "@tensorflow/tfjs-core";
import type { Affine } from "./ada-geometry.js";

/** A place on a line of pixels 0 to `last`, mirrored at both ends as often as it takes. */
function reflect(place: Tensor, last: number): Tensor {
  const period = 2 * last;
  const within = sub(place, mul(floor(mul(place, 1 / period)), period));
  return sub(last, abs(sub(within, last)));
}

/** The two pixels around a place, and the second's share. */
function splitPlace(place: Tensor, last: number) {
  const first = minimum(floor(place), last);
  return { first, second: minimum(add(first, 1), last), share: sub(place, first) };
}

/**
 * Draws each picture anew, every pixel from where the transform says, interpolated linearly between four and
 * mirrored beyond the border: [B, H, W, C] → the same. Gradients flow to x, not to the transform.
 *
 * @param x Sides of at least 2 pixels.
 */
export function sampleAffine(x: Tensor4D, { a, b, c, d, dx, dy }: Affine): Tensor4D {
  const [batch, height, width, channels] = x.shape;
  const [right, bottom] = [width - 1, height - 1];
  const each = (values: Tensor) => reshape(values, [batch, 1, 1]);
  const columns = reshape(sub(range(0, width), right / 2), [1, 1, width]);
  const rows = reshape(sub(range(0, height), bottom / 2), [1, height, 1]);
  const locate = (along: Tensor, across: Tensor, shift: Tensor, middle: number) =>
    add(add(add(mul(each(along), columns), mul(each(across), rows)), each(shift)), middle); // [B, H, W]
  const horizontal = splitPlace(reflect(locate(a, b, dx, right / 2), right), right);
  const vertical = splitPlace(reflect(locate(c, d, dy, bottom / 2), bottom), bottom);
  const start = each(mul(range(0, batch), height * width));
  const corners = (["first", "second"] as const).flatMap((row) =>
    (["first", "second"] as const).map((column) => {
      const share = (side: typeof horizontal, end: "first" | "second") =>
        end === "first" ? sub(1, side.share) : side.share;
      return {
        index: add(start, add(mul(vertical[row], width), horizontal[column])),
        weight: mul(share(vertical, row), share(horizontal, column)),
      };
    }),
  );
  const flatten = (tensors: Tensor[]) => concat(tensors.map((tensor) => reshape(tensor, [-1]))) as Tensor1D;
  const indices = cast(flatten(corners.map(({ index }) => index)), "int32") as Tensor1D; // [4 · B · H · W]
  const weights = reshape(flatten(corners.map(({ weight }) => weight)), [4, -1, 1]);
  const pixels: Tensor2D = reshape(x, [-1, channels]);
  const seen = reshape(gather(pixels, indices), [4, -1, channels]);
  return reshape(sum(mul(seen, weights), 0), x.shape);
}
