import {
  add,
  div,
  mean,
  mul,
  sqrt,
  squaredDifference,
  sub,
  sum,
  type Tensor1D,
  type Tensor4D,
  tensor1d,
  tidy,
} from "@tensorflow/tfjs-core";
import { ConfigError, ShapeError } from "../errors/index.js";
import type { Random } from "../random/index.js";
import { computeMeanAndDeviation, type MeanAndDeviation } from "./mean-and-deviation.js";
import type { PerceptualNetwork } from "./perceptual-network.js";

/** What the networks' training data had as mean and deviation, in terms of [-1, 1]. */
export const perceptualShift = [-0.03, -0.088, -0.188];
export const perceptualScale = [0.458, 0.448, 0.45];

/**
 * LPIPS of pairs of pictures (Zhang et al. 2018, version 0.1): Σ over layers of the mean over places of
 * Σ_c w_c·(â_c - b̂_c)², â = a/(‖a‖ + 1e-10) over the channels. 0 for equal pictures; larger is less alike.
 *
 * @param one [count, height, width, 1 or 3], float32 in [-1, 1]; grey is repeated.
 * @param other As `one`.
 * @returns [count], owned by the caller.
 * @throws ShapeError when the shapes differ.
 */
export function computePerceptualDistance(
  network: PerceptualNetwork,
  one: Tensor4D,
  other: Tensor4D,
): Tensor1D {
  if (one.shape.join() !== other.shape.join() || (one.shape[3] !== 1 && one.shape[3] !== 3)) {
    throw new ShapeError(
      "core",
      `LPIPS takes two batches of one shape with 1 or 3 channels, got [${one.shape}] and [${other.shape}].`,
    );
  }
  return tidy(() => {
    const [first, second] = [one, other].map((images) =>
      network
        .activations(div(sub(images, tensor1d(perceptualShift)), tensor1d(perceptualScale)))
        .map(normalize),
    ) as [Tensor4D[], Tensor4D[]];
    const layers = first.map((layer, index) => {
      const weights = tensor1d(network.channelWeights[index] as Float32Array);
      const weighted = mul(squaredDifference(layer, second[index] as Tensor4D), weights);
      return mean(sum(weighted, 3), [1, 2]) as Tensor1D; // [count]
    });
    return layers.reduce((total, layer) => add(total, layer));
  });
}

/** Unit length over the channels. */
function normalize(activations: Tensor4D): Tensor4D {
  const norm = sqrt(sum(mul(activations, activations), 3, true));
  return div(activations, add(norm, 1e-10));
}

/** Options of {@link computePerceptualDiversity}. */
export interface PerceptualDiversityOptions {
  /** Random pairs whose distances are averaged. */
  pairs: number;
  /** Draws the pairs. */
  random: Random;
  /** Pairs at once. Default 8. */
  batchSize?: number | undefined;
}

/**
 * The mean LPIPS of random pairs of different pictures: how varied a set is, 0 when all are the same.
 *
 * @param take Gives the pictures at two places of each pair as batches, [pairs, height, width, channels]; freed here.
 * @param count Pictures to choose from, at least 2.
 * @throws ConfigError for fewer than two pictures, or no pair.
 */
export async function computePerceptualDiversity(
  network: PerceptualNetwork,
  count: number,
  take: (rows: readonly number[]) => Promise<Tensor4D>,
  options: PerceptualDiversityOptions,
): Promise<MeanAndDeviation> {
  const { pairs, random, batchSize = 8 } = options;
  if (!(count >= 2 && pairs >= 1)) {
    throw new ConfigError("core", `diversity needs 2 pictures and 1 pair, got ${count} and ${pairs}.`);
  }
  const distances: number[] = [];
  while (distances.length < pairs) {
    const size = Math.min(batchSize, pairs - distances.length);
    const firsts = Array.from({ length: size }, () => random.integer(count));
    const seconds = firsts.map((first) => (first + 1 + random.integer(count - 1)) % count);
    const [one, other] = [await take(firsts), await take(seconds)];
    const values = computePerceptualDistance(network, one, other);
    distances.push(...(await values.data()));
    for (const tensor of [one, other, values]) tensor.dispose();
  }
  return computeMeanAndDeviation(distances);
}
