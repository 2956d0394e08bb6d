import { mean, neg, type Scalar, softplus, type Tensor } from "@tensorflow/tfjs-core";

/**
 * The discriminator's two terms of the original game, from logits: the mean of `-ln σ(real)` and of
 * `-ln(1 - σ(fake))`. With `softplus(x) = ln(1 + eˣ)` these are `softplus(-real)` and
 * `softplus(fake)`, which neither overflow nor lose their gradient. Goodfellow et al. 2014, eq. 1.
 *
 * @param realLogits Any shape, float32.
 * @param fakeLogits Any shape, float32.
 */
export function discriminatorLogisticLoss(
  realLogits: Tensor,
  fakeLogits: Tensor,
): { real: Scalar; fake: Scalar } {
  return { real: mean(softplus(neg(realLogits))), fake: mean(softplus(fakeLogits)) };
}

/**
 * The generator's non-saturating loss: the mean of `-ln σ(fake) = softplus(-fake)`, strong where the
 * generator is losing. Goodfellow et al. 2014, section 3.
 *
 * @param fakeLogits Any shape, float32.
 */
export function generatorNonSaturatingLoss(fakeLogits: Tensor): Scalar {
  return mean(softplus(neg(fakeLogits)));
}
