import { allowsLabelSmoothing } from "../losses/index.js";
import type { Stabilisers } from "./stabilisers.js";

/** A choice that another one makes senseless. */
export interface Contradiction {
  key: keyof Stabilisers;
  /** What is wrong and what to do. */
  message: string;
}

/** Every pair of choices that contradict each other. */
export function findContradictions(given: Stabilisers): Contradiction[] {
  const found: Contradiction[] = [];
  const refuse = (isWrong: boolean, key: keyof Stabilisers, message: string) => {
    if (isWrong) found.push({ key, message });
  };
  const { loss, discriminatorNorm, gradientPenalty, r1, r2, weightClip } = given;
  const isSpectral = given.spectralNorm !== "none";
  const penalises = gradientPenalty > 0 || r1 > 0 || r2 > 0;
  refuse(
    given.labelSmoothing > 0 && !allowsLabelSmoothing(loss),
    "labelSmoothing",
    `needs a loss with targets, got ${given.labelSmoothing} with ${loss}. Set it to 0, or take minimax, non-saturating or least-squares`,
  );
  refuse(
    gradientPenalty > 0 && discriminatorNorm === "batch",
    "gradientPenalty",
    'penalises the gradient at each picture by itself, which batch norm mixes with the others\' (Gulrajani et al. 2017, section 4). Set discriminatorNorm to "layer", "instance" or "none"',
  );
  refuse(
    isSpectral && discriminatorNorm === "batch",
    "spectralNorm",
    'bounds the discriminator\'s slope, which batch norm then scales again. Set discriminatorNorm to "none", "instance" or "layer"',
  );
  refuse(
    weightClip > 0 && isSpectral,
    "weightClip",
    "changes nothing under spectralNorm, which divides the weights by their size. Choose one",
  );
  refuse(weightClip > 0 && gradientPenalty > 0, "weightClip", "is what gradientPenalty replaces. Choose one");
  refuse(
    loss === "wasserstein" && weightClip === 0 && !isSpectral && !penalises,
    "loss",
    'wasserstein has no bound unless the discriminator\'s slope is kept small. Set weightClip (0.01), gradientPenalty (10, with discriminatorNorm "layer"), r1 or spectralNorm',
  );
  refuse(
    given.penaltyEvery > 1 && !penalises,
    "penaltyEvery",
    `spaces penalties of which there are none. Set gradientPenalty, r1 or r2, or penaltyEvery to 1, not ${given.penaltyEvery}`,
  );
  refuse(
    given.adaTarget > 0 && given.diffAugment.length > 0,
    "adaTarget",
    "augments adaptively what diffAugment augments always. Choose one",
  );
  refuse(
    given.adaTarget > 0 && loss === "wasserstein",
    "adaTarget",
    "goes by the signs of scores, which mean nothing with wasserstein. Use diffAugment or another loss",
  );
  return found;
}
