import type { Tensor2D, Tensor4D } from "@tensorflow/tfjs-core";
import type { ForwardContext } from "../nn/index.js";

/** A space in which ways lead from each of a generator's pictures to another. */
export interface LatentSpace {
  /** `z`, what the generator is given, or `w`, what its mapping network makes of that. */
  readonly name: string;
  /** Along the great circle through both ends, for normal latents, or straight. */
  readonly interpolation: "spherical" | "linear";
  /**
   * Random points; where there are classes, point `i` of every drawing is of the same one.
   *
   * @returns [count, size], float32, owned by the caller.
   */
  draw(count: number, ctx: ForwardContext): Tensor2D;
  /**
   * The averaged generator's pictures.
   *
   * @param points [B, size]; stays the caller's.
   * @param ctx Gives further noise, a row for each picture.
   * @returns [B, height, width, channels] in [-1, 1], owned by the caller.
   */
  generate(points: Tensor2D, ctx: ForwardContext): Tensor4D;
}
