import { type ForwardContext, withoutGradient } from "@gan/core";
import {
  add,
  addN,
  grads,
  mean,
  mul,
  type Scalar,
  sqrt,
  square,
  sub,
  sum,
  type Tensor,
  type Tensor2D,
} from "@tensorflow/tfjs-core";
import type { Generator } from "./generator.js";

/**
 * Path length regularisation: `weight · E(‖Jᵀy‖ - a)²`, J the derivative of the picture by its styles, y noise of
 * variance 1 / pixels, a the running mean of the lengths: a step in w should change every picture as much.
 * Karras et al. 2020, eq. 4.
 *
 * @param prefix Of the names under which `ctx` is asked for noise.
 */
export function pathLengthPenalty(
  generator: Generator,
  styles: readonly Tensor2D[],
  ctx: ForwardContext,
  { weight, decay, prefix }: { weight: number; decay: number; prefix: string },
): Scalar {
  const project = (...given: Tensor[]): Tensor => {
    const images = generator.synthesis.forward(given as Tensor2D[], ctx, { noisePrefix: `${prefix}.noise` });
    const [batch, height, width, channels] = images.shape;
    const directions = ctx.normal([batch, height, width, channels], `${prefix}.directions`);
    return mul(sum(mul(images, directions)), 1 / Math.sqrt(height * width));
  };
  const slopes = grads(project)([...styles]);
  const squares = slopes.map((slope) => sum(square(slope), 1)); // [B] each
  const lengths = sqrt(add(mul(addN(squares), 1 / squares.length), 1e-12));
  const { meanPathLength } = generator;
  const follow = () =>
    withoutGradient(() => add(meanPathLength, mul(sub(mean(lengths), meanPathLength), decay)) as Scalar);
  const target = follow();
  ctx.report("pathLength", () => mean(lengths));
  const penalty: Scalar = mul(mean(square(sub(lengths, target))), weight);
  ctx.updateBuffer(meanPathLength, follow);
  return penalty;
}
