import { concat, fill, reshape, stack, type Tensor4D, tidy, tile } from "@tensorflow/tfjs-core";
import { ShapeError } from "../errors/index.js";

/**
 * Rows of pictures for a {@link Gallery}: the first of each column, then the second of each.
 *
 * @param columns [count, height, width, channels] each, float32; grey ones become colour beside colour.
 *   They stay the caller's.
 * @returns [count · columns, height, width, channels], owned by the caller.
 * @throws ShapeError when the columns differ in number or size.
 */
export function joinColumns(columns: readonly Tensor4D[]): Tensor4D {
  const most = Math.max(...columns.map(({ shape }) => shape[3]));
  const [first] = columns as [Tensor4D];
  const [count, height, width] = first.shape;
  return tidy(() => {
    const alike = columns.map((column) => {
      const channels = column.shape[3];
      if (column.shape.slice(0, 3).join() !== first.shape.slice(0, 3).join()) {
        throw new ShapeError(
          "core",
          `the columns of a gallery must hold as many pictures of one size, got [${first.shape.join(", ")}] and [${column.shape.join(", ")}].`,
        );
      }
      if (channels === most) return column;
      const colour: Tensor4D = channels === 1 ? tile(column, [1, 1, 1, Math.min(most, 3)]) : column;
      if (colour.shape[3] === most) return colour;
      return concat([colour, opaque(colour)], 3);
    });
    return reshape(stack(alike, 1), [count * columns.length, height, width, most]);
  });
}

/** A channel of ones as high and wide as pictures are. */
const opaque = ({ shape: [count, height, width] }: Tensor4D): Tensor4D =>
  fill([count, height, width, 1], 1) as Tensor4D;
