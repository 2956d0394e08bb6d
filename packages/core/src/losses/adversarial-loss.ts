import {
  add,
  mean,
  mul,
  neg,
  relu,
  type Scalar,
  softplus,
  square,
  sub,
  type Tensor,
} from "@tensorflow/tfjs-core";
import { ConfigError } from "../errors/index.js";

/** The games that a discriminator and a generator can play. */
export const adversarialLossNames = [
  "minimax",
  "non-saturating",
  "least-squares",
  "wasserstein",
  "hinge",
] as const;

/** One of {@link adversarialLossNames}. */
export type AdversarialLossName = (typeof adversarialLossNames)[number];

/** Options of {@link createAdversarialLoss}. */
export interface AdversarialLossOptions {
  /**
   * One-sided label smoothing s in [0, 1): real pictures' target is 1 - s. Default 0. Only for losses
   * with targets: minimax, non-saturating and least squares. Salimans et al. 2016, section 3.4.
   */
  labelSmoothing?: number | undefined;
}

/** Both sides of one game; scores are the discriminator's raw outputs, float32 of any shape. */
export interface AdversarialLoss {
  /** The discriminator's terms on real and on generated pictures, to be added. */
  discriminator(real: Tensor, fake: Tensor): { real: Scalar; fake: Scalar };
  /** The generator's loss. */
  generator(fake: Tensor): Scalar;
}

/** -(1 - s) ln σ(x) - s ln(1 - σ(x)) = softplus(-x) + s·x, averaged. */
const smoothedLogistic = (real: Tensor, smoothing: number): Scalar => {
  const plain = softplus(neg(real));
  return mean(smoothing === 0 ? plain : add(plain, mul(real, smoothing)));
};

const logistic =
  (smoothing: number): AdversarialLoss["discriminator"] =>
  (real, fake) => ({
    real: smoothedLogistic(real, smoothing),
    fake: mean(softplus(fake)),
  });

const games: Record<AdversarialLossName, (smoothing: number) => AdversarialLoss> = {
  minimax: (smoothing) => ({
    discriminator: logistic(smoothing),
    generator: (fake) => neg(mean<Scalar>(softplus(fake))),
  }),
  "non-saturating": (smoothing) => ({
    discriminator: logistic(smoothing),
    generator: (fake) => mean(softplus(neg(fake))),
  }),
  "least-squares": (smoothing) => ({
    discriminator: (real, fake) => ({
      real: mul(mean(square(sub(real, 1 - smoothing))), 0.5),
      fake: mul(mean(square(fake)), 0.5),
    }),
    generator: (fake) => mul(mean(square(sub(fake, 1))), 0.5),
  }),
  wasserstein: () => ({
    discriminator: (real, fake) => ({ real: neg(mean<Scalar>(real)), fake: mean(fake) }),
    generator: (fake) => neg(mean<Scalar>(fake)),
  }),
  hinge: () => ({
    discriminator: (real, fake) => ({ real: mean(relu(sub(1, real))), fake: mean(relu(add(fake, 1))) }),
    generator: (fake) => neg(mean<Scalar>(fake)),
  }),
};

/** Whether a loss has a target for real pictures that label smoothing can lower. */
export function allowsLabelSmoothing(name: AdversarialLossName): boolean {
  return name !== "wasserstein" && name !== "hinge";
}

/**
 * Builds a game from scores D(x), averaged over all entries, with ζ(x) = softplus(x) = ln(1 + eˣ):
 *
 * | name | discriminator, real + fake | generator | paper |
 * | --- | --- | --- | --- |
 * | minimax | ζ(-D(x)) + ζ(D(G)) | -ζ(D(G)) | Goodfellow et al. 2014, eq. 1 |
 * | non-saturating | ζ(-D(x)) + ζ(D(G)) | ζ(-D(G)) | Goodfellow et al. 2014, section 3 |
 * | least-squares | ½(D(x) - 1)² + ½D(G)² | ½(D(G) - 1)² | Mao et al. 2017, eq. 9 |
 * | wasserstein | -D(x) + D(G) | -D(G) | Arjovsky et al. 2017, algorithm 1 |
 * | hinge | max(0, 1 - D(x)) + max(0, 1 + D(G)) | -D(G) | Lim and Ye 2017; Miyato et al. 2018, eq. 16 |
 *
 * @throws ConfigError when label smoothing is outside of [0, 1), or the loss has no target to smooth.
 */
export function createAdversarialLoss(
  name: AdversarialLossName,
  { labelSmoothing = 0 }: AdversarialLossOptions = {},
): AdversarialLoss {
  if (!(labelSmoothing >= 0 && labelSmoothing < 1)) {
    throw new ConfigError("core", `labelSmoothing must be at least 0 and below 1, got ${labelSmoothing}.`);
  }
  if (labelSmoothing > 0 && !allowsLabelSmoothing(name)) {
    throw new ConfigError(
      "core",
      `labelSmoothing needs a loss with targets, got ${labelSmoothing} with ${name}. Set it to 0, or take minimax, non-saturating or least-squares.`,
    );
  }
  return games[name](labelSmoothing);
}
