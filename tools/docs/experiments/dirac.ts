import { compile } from "@gan/backend-ort";
import { createAdversarialLoss, gradientPenalty, zeroCentredPenalty } from "@gan/core";
import { add, grads, mul, type Scalar, sub, type Tensor, tensor1d } from "@tensorflow/tfjs-core";

/** A way to play the smallest game. */
export interface DiracGame {
  name: string;
  label: string;
  loss: "non-saturating" | "wasserstein";
  penalty: "none" | "r1" | "gradient-penalty";
}

/** One real number, 0; one generated, θ; a linear discriminator, D(x) = ψx. Mescheder, Geiger, Nowozin 2018. */
export const diracGames: readonly DiracGame[] = [
  { name: "plain", label: "non-saturating", loss: "non-saturating", penalty: "none" },
  { name: "wgan", label: "Wasserstein", loss: "wasserstein", penalty: "none" },
  {
    name: "wgan-gp",
    label: "Wasserstein with gradient penalty",
    loss: "wasserstein",
    penalty: "gradient-penalty",
  },
  { name: "r1", label: "non-saturating with R1", loss: "non-saturating", penalty: "r1" },
];

/** Plays by gradient descent, both players at once, and gives the way: [θ, ψ] after every step. */
export async function playDirac(
  { loss, penalty }: DiracGame,
  steps: number,
  rate = 0.1,
): Promise<[number, number][]> {
  const game = createAdversarialLoss(loss);
  const zero = tensor1d([0]);
  const half = tensor1d([0.5]);
  const step = compile((theta: Tensor, psi: Tensor) => {
    const critic = (psi: Tensor) => (x: Tensor) => mul(psi, x);
    const discriminatorLoss = (psi: Tensor) => {
      const terms = game.discriminator(critic(psi)(zero), critic(psi)(theta));
      const plain = add(terms.real, terms.fake) as Scalar;
      if (penalty === "r1") return add(plain, zeroCentredPenalty(critic(psi), zero, 1)) as Scalar;
      if (penalty === "none") return plain;
      return add(plain, gradientPenalty(critic(psi), zero, theta, half, { weight: 1 })) as Scalar;
    };
    const [byPsi] = grads(discriminatorLoss)([psi]) as [Tensor];
    const [byTheta] = grads((theta: Tensor) => game.generator(critic(psi)(theta)))([theta]) as [Tensor];
    return [sub(theta, mul(byTheta, rate)), sub(psi, mul(byPsi, rate))];
  });
  let theta: Tensor = tensor1d([1]);
  let psi: Tensor = tensor1d([0]);
  const way: [number, number][] = [[1, 0]];
  for (let index = 0; index < steps; index++) {
    const [nextTheta, nextPsi] = step(theta, psi) as [Tensor, Tensor];
    theta.dispose();
    psi.dispose();
    [theta, psi] = [nextTheta, nextPsi];
    way.push([(await theta.data())[0] as number, (await psi.data())[0] as number]);
  }
  for (const tensor of [theta, psi, zero, half]) tensor.dispose();
  return way;
}
