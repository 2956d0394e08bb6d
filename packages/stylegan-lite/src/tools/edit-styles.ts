import { ShapeError } from "@gan/core";
import {
  add,
  expandDims,
  mul,
  reshape,
  type Tensor3D,
  type Tensor4D,
  tensor,
  tidy,
} from "@tensorflow/tfjs-core";
import type { LayeredStyles } from "../layered-styles.js";
import { createLayerMask } from "./mix-styles.js";

/** How {@link editStyles} moves styles. */
export interface EditOptions {
  /** How far along the direction, one for each column of the strip. */
  amounts: readonly number[];
  /** Layers that move; default: all. Coarse ones change shape, fine ones colour. */
  layers?: readonly number[] | undefined;
}

/**
 * Moves styles along a direction: `w + amount · direction` in the chosen layers. Härkönen et al. 2020.
 *
 * @param styles [B, styleCount, styleSize]; stays the caller's.
 * @param direction [styleSize].
 * @returns [B · amounts, styleCount, styleSize], all amounts of a picture after each other, owned by the caller.
 * @throws ShapeError when the direction is of another size.
 */
export function editStyles(
  styles: LayeredStyles,
  direction: Float32Array,
  { amounts, layers }: EditOptions,
): LayeredStyles {
  const [, styleCount, styleSize] = styles.shape;
  if (direction.length !== styleSize) {
    throw new ShapeError(
      "stylegan-lite",
      `a direction must hold ${styleSize} numbers, got ${direction.length}. Take one of the same model.`,
    );
  }
  return tidy(() => {
    const step = mul(
      createLayerMask(layers ?? Array.from({ length: styleCount }, (_, layer) => layer), styleCount),
      tensor(direction, [1, 1, styleSize]),
    ); // [1, L, S]
    const moved = mul(expandDims<Tensor4D>(step, 0), tensor([...amounts], [1, amounts.length, 1, 1]));
    return reshape(add(expandDims<Tensor4D>(styles, 1), moved), [-1, styleCount, styleSize]) as Tensor3D;
  });
}
