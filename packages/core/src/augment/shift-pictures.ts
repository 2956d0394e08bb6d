import {
  abs,
  matMul,
  range,
  relu,
  reshape,
  sub,
  type Tensor,
  type Tensor3D,
  type Tensor4D,
  transpose,
} from "@tensorflow/tfjs-core";

/** M[b, i, j] = 1 where j = i - shift_b, so that M·x moves x by `shift` places: [B, side, side]. */
function createShift(shifts: Tensor, side: number): Tensor3D {
  const place = range(0, side);
  const source = sub(reshape(place, [1, side, 1]), reshape(shifts, [-1, 1, 1]));
  return relu(sub(1, abs(sub(source, reshape(place, [1, 1, side]))))) as Tensor3D;
}

/**
 * Moves every picture by its own number of pixels, zeros coming in: [B, H, W, C] → the same. As products with
 * matrices of one 1 a row, which are exact, differentiate to any order and compile.
 *
 * @param down [B], whole numbers as float32; negative ones move up. A fraction interpolates linearly.
 * @param right As `down`, to the right.
 */
export function shiftPictures(x: Tensor4D, down: Tensor, right: Tensor): Tensor4D {
  const [batch, height, width, channels] = x.shape;
  const rows: Tensor3D = reshape(x, [batch, height, width * channels]);
  const moved: Tensor4D = reshape(matMul(createShift(down, height), rows), x.shape);
  const columns: Tensor3D = reshape(transpose(moved, [0, 2, 1, 3]), [batch, width, height * channels]);
  const shifted: Tensor4D = reshape(matMul(createShift(right, width), columns), [
    batch,
    width,
    height,
    channels,
  ]);
  return transpose(shifted, [0, 2, 1, 3]);
}
