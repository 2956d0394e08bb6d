import { ShapeError } from "@gan/core";
import {
  add,
  expandDims,
  mul,
  reshape,
  sub,
  type Tensor3D,
  type Tensor4D,
  tensor,
  tidy,
} from "@tensorflow/tfjs-core";
import type { LayeredStyles } from "../layered-styles.js";

/** 1 for the chosen layers, 0 for the others: [styleCount, 1]. */
export function createLayerMask(layers: readonly number[], styleCount: number): Tensor3D {
  const chosen = new Set(layers);
  const values = Float32Array.from({ length: styleCount }, (_, layer) => (chosen.has(layer) ? 1 : 0));
  return tensor(values, [1, styleCount, 1]);
}

/**
 * The style-mixing table: each row's styles, but for some layers the column's. Karras et al. 2019, figure 3.
 *
 * @param rows [rows, styleCount, styleSize]; stays the caller's.
 * @param columns [columns, styleCount, styleSize]; stays the caller's.
 * @param layers Those that the columns give, such as the first four for coarse traits.
 * @returns [rows · columns, styleCount, styleSize], row by row, owned by the caller.
 * @throws ShapeError when rows and columns are of different models.
 */
export function mixStyles(
  rows: LayeredStyles,
  columns: LayeredStyles,
  layers: readonly number[],
): LayeredStyles {
  const [, styleCount, styleSize] = rows.shape;
  if (rows.shape.slice(1).join() !== columns.shape.slice(1).join()) {
    throw new ShapeError(
      "stylegan-lite",
      `rows and columns must be styles of one model, got [${rows.shape.join(", ")}] and [${columns.shape.join(", ")}].`,
    );
  }
  return tidy(() => {
    const mask = createLayerMask(layers, styleCount);
    const kept: Tensor4D = expandDims(mul(rows, sub(1, mask)), 1); // [R, 1, L, S]
    const given: Tensor4D = expandDims(mul(columns, mask), 0); // [1, C, L, S]
    return reshape(add(kept, given), [-1, styleCount, styleSize]) as Tensor3D;
  });
}
