import { type AdversarialLossName, type Random, train } from "@gan/core";
import { createPointGan, pointSource } from "./point-gan.js";

/** A game whose generator stands still while its discriminator learns. */
export interface StillGame {
  loss: AdversarialLossName;
  label: string;
  gradientPenalty?: number;
}

export const stillGames: readonly StillGame[] = [
  { loss: "minimax", label: "minimax: log(1 − D(G(z)))" },
  { loss: "non-saturating", label: "non-saturating: −log D(G(z))" },
  { loss: "wasserstein", label: "Wasserstein with gradient penalty", gradientPenalty: 1 },
];

/** Points far from where a fresh generator puts its own. */
const drawFar = (random: Random, count: number) => random.normals(2 * count).map((value) => 1 + 0.05 * value);

/** The norm of the generator's gradient by the discriminator's steps: the generator itself hardly moves. */
export async function watchGradient({ loss, gradientPenalty = 0 }: StillGame, steps: number, seed = 1) {
  const batchSize = 128;
  const gan = createPointGan({
    dimensions: 2,
    stabilisers: { loss, gradientPenalty },
    latentSize: 16,
    hidden: 128,
    generatorRate: 1e-12,
    discriminatorRate: 1e-3,
    seed,
  });
  const points: [step: number, norm: number][] = [];
  const data = pointSource(drawFar, { dimensions: 2, batchSize, seed });
  let step = 0;
  for await (const event of train({
    variant: gan,
    data,
    totalImages: steps * batchSize,
    seed,
    healthEveryImages: 0,
  })) {
    if (event.type === "step") points.push([++step, event.gradientNorms.generator as number]);
  }
  for (const network of [...Object.values(gan.networks), gan.averages.generator?.module]) network?.dispose();
  return points;
}
