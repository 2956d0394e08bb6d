import { expandDims, type Tensor2D, type Tensor3D, tile, unstack } from "@tensorflow/tfjs-core";

/** A style for each layer, from coarse to fine, of each picture: [B, styleCount, styleSize]. What is called w+. */
export type LayeredStyles = Tensor3D;

/** The same style for every layer: [B, styleSize] → [B, styleCount, styleSize]. */
export const spreadStyles = (styles: Tensor2D, styleCount: number): LayeredStyles =>
  tile(expandDims<Tensor3D>(styles, 1), [1, styleCount, 1]);

/** Any form of styles as one [B, styleSize] for each layer. */
export function listStyles(
  styles: Tensor2D | LayeredStyles | readonly Tensor2D[],
  styleCount: number,
): readonly Tensor2D[] {
  if ("rank" in styles) {
    return styles.rank === 3
      ? (unstack(styles, 1) as Tensor2D[])
      : new Array<Tensor2D>(styleCount).fill(styles as Tensor2D);
  }
  return styles;
}
