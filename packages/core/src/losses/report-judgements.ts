import {
  add,
  cast,
  greater,
  less,
  mean,
  mul,
  type Scalar,
  sigmoid,
  type Tensor,
} from "@tensorflow/tfjs-core";
import type { ForwardContext } from "../nn/index.js";

/**
 * Reports how a discriminator judges: `realProbability` and `fakeProbability`, the means of σ(logit),
 * known as D(x) and D(G(z)), and `accuracy`, the share of real logits above 0 and generated ones below.
 * At equilibrium all three are near 0.5. Goodfellow et al. 2014.
 *
 * @param realLogits Any shape, float32.
 * @param fakeLogits Of as many pictures.
 */
export function reportJudgements(ctx: ForwardContext, realLogits: Tensor, fakeLogits: Tensor): void {
  const share = (isRight: Tensor) => mean<Scalar>(cast(isRight, "float32"));
  ctx.report("realProbability", () => mean<Scalar>(sigmoid(realLogits)));
  ctx.report("fakeProbability", () => mean<Scalar>(sigmoid(fakeLogits)));
  ctx.report("accuracy", () =>
    mul<Scalar>(add(share(greater(realLogits, 0)), share(less(fakeLogits, 0))), 0.5),
  );
}
