import { mul, sub, type Tensor2D } from "@tensorflow/tfjs-core";
import type { ForwardContext } from "../nn/index.js";
import type { Stabilisers } from "./stabilisers.js";

/**
 * Latent vectors, N(0, 1) or uniform in [-1, 1): [count, size], float32.
 *
 * @param name As for `ctx.normal`: the same name gives the same latents within a step.
 */
export function drawLatents(
  ctx: ForwardContext,
  { latents }: Pick<Stabilisers, "latents">,
  count: number,
  size: number,
  name?: string,
): Tensor2D {
  if (latents === "normal") return ctx.normal([count, size], name) as Tensor2D;
  return sub(mul(ctx.uniform([count, size], name), 2), 1) as Tensor2D;
}
