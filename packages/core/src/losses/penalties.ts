import {
  add,
  addN,
  grad,
  mean,
  mul,
  reshape,
  type Scalar,
  sqrt,
  square,
  sub,
  sum,
  type Tensor,
} from "@tensorflow/tfjs-core";
import { ShapeError } from "../errors/index.js";

/** Scores pictures, one number each: [B, …] → [B, …] or [B, 1], differentiable twice. */
export type Critic<T extends Tensor = Tensor> = (images: T) => Tensor;

/** Keeps the square root's slope finite where a gradient is zero. */
const epsilon = 1e-12;

/** ‖∇ₓ Σ D(x)‖² of each picture: [B, …] → [B]. */
function computeSquaredGradientNorms<T extends Tensor>(critic: Critic<T>, images: T): Tensor {
  const gradient = grad((x) => sum(critic(x as T)))(images);
  return sum(square(reshape(gradient, [images.shape[0] as number, -1])), 1);
}

/**
 * R1 or R2, by the pictures that it is given: `γ/2 · E‖∇D(x)‖²` on real pictures is R1, on generated
 * ones R2. Mescheder et al. 2018, eq. 9 and 10.
 *
 * @param images [B, …], float32. The result is differentiable in D's weights and in the images.
 * @param weight γ.
 */
export function zeroCentredPenalty<T extends Tensor>(critic: Critic<T>, images: T, weight: number): Scalar {
  return mul(mean(computeSquaredGradientNorms(critic, images)), weight / 2);
}

/**
 * WGAN-GP: `λ · E(‖∇D(x̂)‖ - target)²` at points `x̂ = t·real + (1 - t)·fake`, one t for each picture.
 * Gulrajani et al. 2017, eq. 3.
 *
 * @param real [B, …], float32.
 * @param fake As `real`.
 * @param mixing t: B numbers uniform in [0, 1), any shape.
 * @param weight λ. Default 10.
 * @param target Default 1.
 */
export function gradientPenalty<T extends Tensor>(
  critic: Critic<T>,
  real: T,
  fake: T,
  mixing: Tensor,
  { weight = 10, target = 1 }: { weight?: number; target?: number } = {},
): Scalar {
  const share = reshape(
    mixing,
    real.shape.map((size, axis) => (axis === 0 ? size : 1)),
  );
  const between = add(fake, mul(sub(real, fake), share)) as T;
  const norms = sqrt(add(computeSquaredGradientNorms(critic, between), epsilon));
  return mul(mean(square(sub(norms, target))), weight);
}

/**
 * Drift: `ε · E[D(x)²]` keeps scores of real pictures near zero, which WGAN leaves free. Karras et al.
 * 2017, appendix A.1.
 *
 * @param realScores Any shape, float32.
 * @param weight ε. ProGAN's is 0.001.
 */
export function driftPenalty(realScores: Tensor, weight: number): Scalar {
  return mul(mean(square(realScores)), weight);
}

/**
 * Feature matching: the sum over layers of the mean of `(E f(x) - E f(G(z)))²` over the layer's features,
 * expectations over the batch. Salimans et al. 2016, section 3.1.
 *
 * @param real One tensor [B, …] for each layer.
 * @param fake As `real`; its batch may have another size.
 * @throws ShapeError when there is no layer, or the two have different layers.
 */
export function featureMatchingLoss(real: readonly Tensor[], fake: readonly Tensor[]): Scalar {
  if (real.length === 0 || real.length !== fake.length) {
    throw new ShapeError(
      "core",
      `feature matching needs the same layers of real and generated pictures, at least one, got ${real.length} and ${fake.length}. Let the discriminator return its features.`,
    );
  }
  const distances = real.map((features, layer) => {
    const [wanted, made] = [mean(features, 0), mean(fake[layer] as Tensor, 0)];
    if (wanted.shape.join() !== made.shape.join()) {
      throw new ShapeError(
        "core",
        `feature matching needs equal sizes besides the batch's, got [${wanted.shape.join(", ")}] and [${made.shape.join(", ")}] for layer ${layer}. Take the features from the same place.`,
      );
    }
    return mean(square(sub(wanted, made))) as Scalar;
  });
  return addN(distances);
}
