import {
  add,
  cast,
  clipByValue,
  greater,
  less,
  mean,
  mul,
  type Scalar,
  sigmoid,
  type Tensor,
} from "@tensorflow/tfjs-core";
import { ConfigError } from "../errors/index.js";
import type { ForwardContext } from "../nn/index.js";
import type { AdversarialLossName } from "./adversarial-loss.js";

/** The score between real and generated: what a discriminator gives that knows nothing. */
export const neutralScore = (loss: AdversarialLossName): number => (loss === "least-squares" ? 0.5 : 0);

/**
 * What scores say of the probability of being real: σ(score), or with least squares, whose targets are 0
 * and 1, the score within [0, 1].
 *
 * @param scores Any shape, float32. The result has the same and belongs to the caller.
 * @throws ConfigError for `wasserstein`, whose scores have no such meaning.
 */
export function computeProbabilities<T extends Tensor>(loss: AdversarialLossName, scores: T): T {
  if (loss === "wasserstein") {
    throw new ConfigError(
      "core",
      "a discriminator of the loss wasserstein gives scores, no probabilities. Compare its scores, or train with another loss.",
    );
  }
  return loss === "least-squares" ? clipByValue(scores, 0, 1) : sigmoid(scores);
}

/** Options of {@link reportJudgements}. */
export interface JudgementOptions {
  /** The game, which says what a score means. Default: scores are logits. */
  loss?: AdversarialLossName;
  /** In front of each report's name, for variants with several discriminators. Default none. */
  prefix?: string;
}

/**
 * Reports how a discriminator judges: `realProbability` and `fakeProbability`, the means of σ(logit),
 * known as D(x) and D(G(z)), and `accuracy`, the share of real logits above 0 and generated ones below.
 * At equilibrium all three are near 0.5. Goodfellow et al. 2014. With least squares a score within [0, 1]
 * is the probability; Wasserstein scores are none: their means are reported as `realScore` and `fakeScore`.
 *
 * @param real Scores of any shape, float32.
 * @param fake Of as many pictures.
 */
export function reportJudgements(
  ctx: ForwardContext,
  real: Tensor,
  fake: Tensor,
  { loss = "non-saturating", prefix = "" }: JudgementOptions = {},
): void {
  const report = (name: string, compute: () => Scalar) => ctx.report(prefix + name, compute);
  if (loss === "wasserstein") {
    report("realScore", () => mean(real));
    report("fakeScore", () => mean(fake));
    return;
  }
  const share = (isRight: Tensor) => mean<Scalar>(cast(isRight, "float32"));
  const middle = neutralScore(loss);
  report("realProbability", () => mean<Scalar>(computeProbabilities(loss, real)));
  report("fakeProbability", () => mean<Scalar>(computeProbabilities(loss, fake)));
  report("accuracy", () => mul<Scalar>(add(share(greater(real, middle)), share(less(fake, middle))), 0.5));
}
