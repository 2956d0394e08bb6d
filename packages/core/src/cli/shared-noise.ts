import { gather, type Tensor, tensor1d, tidy } from "@tensorflow/tfjs-core";
import { createInferenceContext, type ForwardContext } from "../nn/index.js";
import type { Random } from "../random/index.js";

/**
 * A context for sampling in which pictures share their noise: noise of one row for each picture is drawn for
 * the different places only, then spread.
 *
 * @param places Which noise each picture gets, from 0.
 */
export function createSharedNoiseContext(random: Random, places: readonly number[]): ForwardContext {
  const ctx = createInferenceContext(random);
  const different = Math.max(...places) + 1;
  const spread = (draw: ForwardContext["normal"]) => (shape: readonly number[], name?: string) => {
    if (shape[0] !== places.length) return draw(shape, name);
    return tidy(() =>
      gather(draw([different, ...shape.slice(1)], name), tensor1d([...places], "int32")),
    ) as Tensor;
  };
  return { ...ctx, normal: spread(ctx.normal), uniform: spread(ctx.uniform) };
}
